import { createInterface } from 'node:readline';
import type { Deployer } from '../../lab/deployer/deployer';

/**
 * Runs the real `cdktf deploy` and hands on the lines of the deployments as they arrive, without the prefixes that
 * cdktf and Terraform add.
 *
 * @returns the exit status of cdktf
 */
export async function deploy(deployer: Deployer, stack: string, show: (line: string) => void): Promise<number> {
  const running = deployer.startDeploy([stack]);
  for await (const line of createInterface({ input: running.all })) {
    const text = /\(local-exec\): (\S.*)$/.exec(line)?.[1];
    if (text !== undefined && !text.startsWith('Executing:')) show(text);
  }
  return (await running).exitCode ?? -1;
}
