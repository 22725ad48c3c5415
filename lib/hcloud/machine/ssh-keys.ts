import type { Construct } from 'constructs';
import { contentHash } from '../../private/content-hash';
import { stackOf } from '../../terraform/stack';
import { normalizedPublicKey } from '../../validation/public-key';
import { SshKey } from '../bindings/ssh-key';
import { ownerLabel } from '../labels';

/**
 * The ids of the resources for public keys. All machines of a stack share them: a project has each key once, by its
 * fingerprint.
 */
export function sshKeyIds(machine: Construct, publicKeys: readonly string[]): string[] {
  return publicKeys.map((key) => sharedKey(machine, normalizedPublicKey(key)).id);
}

function sharedKey(machine: Construct, publicKey: string): SshKey {
  const stack = stackOf(machine);
  const name = `cdktf-nixos-ssh-key-${contentHash(publicKey).slice(0, 12)}`;
  const found = stack.node.tryFindChild(name) as SshKey | undefined;
  return found ?? new SshKey(stack, name, { name, publicKey, labels: ownerLabel(stack) });
}
