import type { TerraformStack } from 'cdktf';
import { TerraformBackend } from 'cdktf';
import { warnOnce } from './annotations';

/** The id that cdktf gives the backend of a stack. To look at all children for each resource would take long. */
const BACKEND = 'backend';
/** Backends whose workspaces may run Terraform on HashiCorp's servers. */
const REMOTE = new Set(['cloud', 'remote']);

/** Warns of a backend that may run Terraform where neither nix nor ssh nor node is installed. */
export function warnOfRemoteExecution(stack: TerraformStack): void {
  if (!mayExecuteRemotely(stack.node.tryFindChild(BACKEND))) return;
  warnOnce(
    stack,
    'the backend may run Terraform remotely, where nix, ssh and node are missing and deployments fail; ' +
      'set the execution mode of the workspace to "Local"',
  );
}

function mayExecuteRemotely(construct: unknown): boolean {
  return TerraformBackend.isBackend(construct) && REMOTE.has(construct.toMetadata().backend);
}
