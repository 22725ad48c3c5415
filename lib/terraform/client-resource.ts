import { Resource as NullResource } from '@cdktf/provider-null/lib/resource';
import type { LocalExecProvisioner, TerraformResource } from 'cdktf';
import { DataResource, Token } from 'cdktf';
import type { IResolvable } from 'cdktf';
import type { Construct } from 'constructs';

/** A resource that stands for work of the client: which work, and when it is done again. */
interface ClientResourceProps {
  /** `null_resource` or `terraform_data`. */
  readonly type: string;
  /** A change of one of them does the work again. */
  readonly triggers: { readonly [name: string]: string };
  /** What the client is told, as JSON. */
  readonly job: IResolvable;
  /** Resolves to the addresses that the work waits for. */
  readonly dependsOn: IResolvable;
}

/**
 * Constant: every value reaches the client as data, in the environment. Terraform runs it in the stack's folder,
 * where the client is staged.
 */
const COMMAND = 'exec sh cdktf-nixos/launch.sh';

/**
 * Adds the resource as the scope's main child, so that its address is the scope's own id. It never has a destroy
 * provisioner (what was deployed stays) and is never created before its predecessor is destroyed (that spreads to
 * what it depends on, the server for example).
 */
export function addClientResource(scope: Construct, props: ClientResourceProps): TerraformResource {
  const provisioner: LocalExecProvisioner = {
    type: 'local-exec',
    command: COMMAND,
    environment: { CDKTF_NIXOS_JOB: Token.asString(props.job) },
  };
  const triggers = { ...props.triggers };
  const config = { provisioners: [provisioner] };
  const resource =
    props.type === 'null_resource'
      ? new NullResource(scope, 'Default', { ...config, triggers })
      : new DataResource(scope, 'Default', { ...config, triggersReplace: triggers });
  resource.dependsOn = Token.asList(props.dependsOn);
  return resource;
}

/** A trigger of the resource as a reference: who uses it waits until the work is done. */
export function triggerReference(resource: TerraformResource, trigger: string): string {
  const attribute = resource.terraformResourceType === 'null_resource' ? 'triggers' : 'triggers_replace';
  return resource.getStringAttribute(`${attribute}["${trigger}"]`);
}

/** Somebody (an aspect, an escape hatch) asked for the order that the resource must not have. */
export function isCreatedBeforeDestroy(resource: TerraformResource): boolean {
  const rendered = resource.toTerraform().resource?.[resource.terraformResourceType]?.[resource.friendlyUniqueId];
  return rendered?.lifecycle?.create_before_destroy === true;
}
