import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Lab } from '../../../lab';
import { mustRun } from '../../../lab/command';
import { Deployer, type Outcome } from '../../../lab/deployer/deployer';
import { HcloudDouble, LabMachines } from '../../../lab/hcloud';

/** An example for Hetzner Cloud, as it is, with a stand-in for Hetzner whose servers are lab hosts. */
export class CloudExample {
  static async create(app: string): Promise<CloudExample> {
    const lab = await Lab.create();
    const machines = new LabMachines(lab);
    const cloud = await HcloudDouble.start({ machines });
    const identityFile = path.join(lab.directory, 'deployer');
    await mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile]);
    const files = {
      'ssh.json': JSON.stringify({ identityFile }),
      'deploy-key.pub': readFileSync(`${identityFile}.pub`, 'utf8'),
    };
    const deployer = await Deployer.create({ app, files, env: cloud.environment });
    return new CloudExample(lab, machines, cloud, deployer);
  }

  private constructor(
    private readonly lab: Lab,
    readonly machines: LabMachines,
    readonly cloud: HcloudDouble,
    readonly deployer: Deployer,
  ) {}

  destroy(stack: string): Promise<Outcome> {
    return this.deployer.terraform(stack, 'destroy', '-auto-approve', '-no-color');
  }

  async end(): Promise<void> {
    await this.deployer.end();
    await this.cloud.stop();
    await this.lab.destroy();
  }
}
