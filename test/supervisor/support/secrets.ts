import path from 'node:path';
import type { LabHost } from '../../../lab';
import type { SystemConfig } from '../../../lab/systems/systems';

const MODULES = path.join(__dirname, '..', '..', '..', 'nix', 'modules');

/** Where services read secrets. */
export const OPEN = '/run/cdktf-nixos-secrets';
export const SEALED = '/var/lib/cdktf-nixos/secrets';

/** A service that needs a secret and writes down what it read: at each start, and at each reload. */
function reader(name: string, after: readonly string[] = []) {
  const unit = `cdktf-nixos-secret-${name}.service`;
  const read = `cat ${OPEN}/current/${name} >>/run/read-${name}; echo >>/run/read-${name}`;
  return {
    wantedBy: ['multi-user.target'],
    requires: [unit],
    after: [unit, ...after],
    serviceConfig: { ExecReload: `/bin/sh -c '${read}'` },
    script: `${read}; exec sleep 100000`,
  };
}

/**
 * A system that declares secrets, with a service `read-<name>` for each.
 *
 * @param services more of each service
 * @param after what comes before some of them
 */
export function systemWithSecrets(
  names: readonly string[],
  services: SystemConfig = {},
  after: { readonly [service: string]: readonly string[] } = {},
): SystemConfig {
  return {
    imports: ['secrets.nix', 'values.nix'].map((file) => path.join(MODULES, file)),
    'cdktf-nixos': { secrets: Object.fromEntries(names.map((name) => [name, {}])) },
    systemd: {
      services: Object.fromEntries(
        names.map((name) => [`read-${name}`, { ...reader(name, after[`read-${name}`]), ...services }]),
      ),
    },
  };
}

/** What services would read now; '' when they do not see the secret. */
export async function secretOn(host: LabHost, name: string): Promise<string> {
  return (await host.exec(`cat ${OPEN}/current/${name}`)).stdout;
}

/** What the service of a secret has read since the boot, once each time. */
export async function readsOf(host: LabHost, name: string): Promise<string[]> {
  return (await host.exec(`cat /run/read-${name}`)).stdout.split('\n').filter((line) => line !== '');
}
