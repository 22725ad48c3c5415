import { Resource as NullResource } from '@cdktf/provider-null/lib/resource';
import type { LocalExecProvisioner, TerraformResource, TerraformStack } from 'cdktf';
import { DataResource } from 'cdktf';
import type { Construct } from 'constructs';
import { ensureNullProvider } from './provider';

interface Content {
  readonly triggers: { readonly [name: string]: string };
  readonly provisioners?: LocalExecProvisioner[];
}

/** The id of a construct's main child: the address of that resource is the construct's own id. */
export const MAIN = 'Default';

/** A type of Terraform resource that holds triggers and runs provisioners, and nothing else. */
export abstract class ResourceType {
  protected constructor(
    /** Its name in Terraform. */
    readonly name: string,
    /** The attribute that holds the triggers. */
    readonly triggersAttribute: string,
    /** The stack needs the provider `hashicorp/null`. */
    private readonly needsNullProvider: boolean,
  ) {}

  /** Adds a resource. */
  abstract add(scope: Construct, id: string, content: Content): TerraformResource;

  /** A trigger of the resource as a reference. */
  trigger(resource: TerraformResource, name: string): string {
    return resource.getStringAttribute(`${this.triggersAttribute}["${name}"]`);
  }

  /** Gives the stack what resources of this type need. */
  prepare(stack: TerraformStack): void {
    if (this.needsNullProvider) ensureNullProvider(stack);
  }
}

class NullResourceType extends ResourceType {
  constructor() {
    super('null_resource', 'triggers', true);
  }

  add(scope: Construct, id: string, { triggers, provisioners }: Content): TerraformResource {
    return new NullResource(scope, id, { provisioners, triggers: { ...triggers } });
  }
}

class TerraformDataType extends ResourceType {
  constructor() {
    super('terraform_data', 'triggers_replace', false);
  }

  add(scope: Construct, id: string, { triggers, provisioners }: Content): TerraformResource {
    return new DataResource(scope, id, { provisioners, triggersReplace: { ...triggers } });
  }
}

export const NULL_RESOURCE: ResourceType = new NullResourceType();
export const TERRAFORM_DATA: ResourceType = new TerraformDataType();
