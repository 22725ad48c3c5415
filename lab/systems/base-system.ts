import { buildNamedSystems } from './systems';
import type { LabHost } from '..';

/** Installs a plain system on each host: what a user's host runs before its first deployment. */
export async function installBaseSystems(hosts: readonly LabHost[]): Promise<void> {
  const configs = hosts.map(({ name }) => [name, { networking: { hostName: name } }] as const);
  const systems = await buildNamedSystems(Object.fromEntries(configs));
  await Promise.all(hosts.map((host) => host.install(systems[host.name]!)));
}
