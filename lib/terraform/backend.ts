import type { TerraformStack } from 'cdktf';
import { Annotations, TerraformBackend } from 'cdktf';

/** Backends whose workspaces may run Terraform on servers of HashiCorp's. */
const REMOTE = new Set(['cloud', 'remote']);
const warned = new WeakSet<TerraformStack>();

/** Says, once for a stack, that its backend may run Terraform where nothing of ours can run. */
export function warnOfRemoteExecution(stack: TerraformStack): void {
  if (warned.has(stack) || !stack.node.children.some(mayExecuteRemotely)) return;
  warned.add(stack);
  Annotations.of(stack).addWarning(
    'the backend may run Terraform remotely, where nix, ssh and node are missing and deployments fail; ' +
      'set the execution mode of the workspace to "Local"',
  );
}

function mayExecuteRemotely(construct: unknown): boolean {
  return TerraformBackend.isBackend(construct) && REMOTE.has(construct.toMetadata().backend);
}
