import { buildNamedSystems } from './systems';
import type { LabHost } from '..';

/** Gives each host the system that a user's host already runs when it is deployed to for the first time: nothing added. */
export async function installBaseSystems(hosts: readonly LabHost[]): Promise<void> {
  const configs = hosts.map(({ name }) => [name, { networking: { hostName: name } }] as const);
  const systems = await buildNamedSystems(Object.fromEntries(configs));
  await Promise.all(hosts.map((host) => host.install(systems[host.name]!)));
}
