import { readFileSync } from 'node:fs';
import type { LabHost } from '..';
import { Deployer, type DeployerOptions } from './deployer';

/** A copy of an example whose data files name lab hosts, as a user's name their own hosts. */
export class ExampleProject {
  static async create(
    example: string,
    hosts: readonly LabHost[],
    options: Omit<DeployerOptions, 'app' | 'files'> = {},
  ): Promise<ExampleProject> {
    const entries = hosts.map(({ name, address, user, identityFile }) => [
      name,
      { host: address, ssh: { user, identityFile } },
    ]);
    const files = {
      'hosts.json': `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`,
      known_hosts: hosts.map((host) => `${host.address} ${host.hostKey}\n`).join(''),
      'deploy-key.pub': readFileSync(`${hosts[0].identityFile}.pub`, 'utf8'),
    };
    return new ExampleProject(await Deployer.create({ ...options, app: example, files }));
  }

  private constructor(readonly deployer: Deployer) {}
}
