import { readFileSync } from 'node:fs';
import type { LabHost } from '..';

/** The data files that each example has, by name, for lab hosts that root logs in to. */
export function hostFiles(hosts: readonly LabHost[]): { readonly [file: string]: string } {
  const entries = hosts.map(({ name, address, user, identityFile }) => [
    name,
    { host: address, ssh: { user, identityFile } },
  ]);
  return {
    'hosts.json': `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`,
    known_hosts: hosts.map((host) => `${host.address} ${host.hostKey}\n`).join(''),
    'deploy-key.pub': readFileSync(`${hosts[0]!.identityFile}.pub`, 'utf8'),
  };
}
