/** The kind of Terraform resource that stands for a deployment in the plan and in the state. */
export class DeploymentResource {
  /** `null_resource`, from the provider `hashicorp/null`. */
  static readonly NULL_RESOURCE = new DeploymentResource('null_resource', true);
  /** `terraform_data`, built into Terraform 1.4 and later and into OpenTofu: nothing to download. */
  static readonly TERRAFORM_DATA = new DeploymentResource('terraform_data', false);

  private constructor(
    /** The resource type in Terraform: `null_resource` or `terraform_data`. */
    readonly type: string,
    /** The stack needs the provider `hashicorp/null`. */
    readonly needsNullProvider: boolean,
  ) {}
}
