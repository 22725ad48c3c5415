import { NULL_RESOURCE, type ResourceType, TERRAFORM_DATA } from './terraform/resource-type';

/** The kind of Terraform resource that stands for a deployment or a build in the plan and in the state. */
export class DeploymentResource {
  /** `null_resource`, from the provider `hashicorp/null`. */
  static readonly NULL_RESOURCE = new DeploymentResource(NULL_RESOURCE);
  /** `terraform_data`, built into Terraform 1.4 and later and into OpenTofu: nothing to download. */
  static readonly TERRAFORM_DATA = new DeploymentResource(TERRAFORM_DATA);

  private constructor(
    /** @internal */
    readonly _type: ResourceType,
  ) {}

  /** The resource type in Terraform: `null_resource` or `terraform_data`. */
  get type(): string {
    return this._type.name;
  }
}
