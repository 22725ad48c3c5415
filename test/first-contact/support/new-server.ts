import path from 'node:path';
import type { LabHost } from '../../../lab';
import { buildSystem } from '../../../lab/systems/systems';

/** The system of a new server: its user data is a file on its disk. */
export function newServerSystem(config: object = {}): Promise<string> {
  return buildSystem({ imports: [path.join(__dirname, 'new-server.nix')], ...config });
}

/** Makes a lab host a new server: without host keys, with this user data (or none), booted for the first time. */
export async function makeNew(host: LabHost, system: string, userData?: string): Promise<void> {
  await host.exec('rm -rf /etc/ssh/ssh_host_* /etc/ssh/cdktf-nixos-host-key /var/lib/user-data');
  if (userData !== undefined) await host.exec('cat >/var/lib/user-data', userData);
  await host.install(system);
}

/** The public key that the host has on its disk. */
export async function keyOf(host: LabHost): Promise<string> {
  return host.read('cut -d " " -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub');
}

/** What the unit of the first boot said in this boot. */
export function saidInFirstBoot(host: LabHost): Promise<string> {
  return host.read('journalctl -b -o cat -u cdktf-nixos-first-boot.service');
}
