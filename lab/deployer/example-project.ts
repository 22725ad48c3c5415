import type { LabHost } from '..';
import { Deployer, type DeployerOptions } from './deployer';
import { hostFiles } from './host-files';

/** A copy of an example whose data files name lab hosts, as a user's name their own hosts. */
export class ExampleProject {
  static async create(
    example: string,
    hosts: readonly LabHost[],
    options: Omit<DeployerOptions, 'app' | 'files'> = {},
  ): Promise<ExampleProject> {
    const files = hostFiles(hosts);
    return new ExampleProject(await Deployer.create({ ...options, app: example, files }));
  }

  private constructor(readonly deployer: Deployer) {}
}
