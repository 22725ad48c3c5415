import path from 'node:path';
import { execa } from 'execa';
import type { LabHost } from '../../lab';

/** Gives each host the system that a user's host already runs when it is deployed to for the first time. */
export async function installBaseSystems(hosts: readonly LabHost[]): Promise<void> {
  const expression = path.join(__dirname, 'base-system.nix');
  await Promise.all(
    hosts.map(async (host) => {
      const { stdout } = await execa('nix-build', ['--no-out-link', expression, '--argstr', 'name', host.name]);
      await host.install(stdout);
    }),
  );
}
