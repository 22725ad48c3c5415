import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { DeploymentJob } from '../../../lib/job/job';
import { type Configuration, Systems } from '../../faults/support/systems';
import { type HostOptions, Lab, type LabHost } from '../../../lab';
import { Client, type ClientResult } from '../../../lab/deployer/client';
import { until } from '../../../lab/wait';

/** For a group of tests: a lab, these systems, and the real client; fails if the client leaves files behind. */
export function useDeployments(systems: readonly (readonly Configuration[])[]): Deployments {
  const deployments = new Deployments();
  beforeAll(() => deployments.start(systems));
  afterAll(() => deployments.end());
  afterEach(() => {
    const left = deployments.client.leftovers();
    deployments.client.endRuns();
    expect(left).toEqual([]);
  });
  return deployments;
}

export class Deployments {
  lab!: Lab;
  client!: Client;
  private systems?: Systems;

  async start(systems: readonly (readonly Configuration[])[]): Promise<void> {
    [this.lab, this.systems] = await Promise.all([Lab.create(), Systems.build(systems)]);
    this.client = Client.stage();
  }

  async end(): Promise<void> {
    this.client?.remove();
    await this.systems?.end();
    await this.lab?.destroy();
  }

  toplevel(modules: readonly Configuration[]): string {
    return this.systems!.toplevel(modules);
  }

  /** A host that runs a system, without a word of ours on it. */
  async host(options: HostOptions, modules: readonly Configuration[]): Promise<LabHost> {
    const host = await this.lab.host(options);
    await host.install(this.toplevel(modules));
    return host;
  }

  /** A run, and how often it logged in. */
  async counted(
    host: LabHost,
    job: DeploymentJob,
    environment?: { readonly [name: string]: string },
  ): Promise<ClientResult & { readonly logins: number }> {
    const before = await host.logins();
    const result = await this.client.run(job, environment);
    return { ...result, logins: (await host.logins()) - before };
  }
}

/** Waits until a host has tidied up after its last transaction, which it does after the client got its reply. */
export async function whenIdle(host: LabHost): Promise<void> {
  await until('the host is idle', 30, async () => {
    const roots = await host.read('ls /nix/var/nix/gcroots/cdktf-nixos');
    return roots === '' && (await host.processes('cdktf-nixos/supervisor/')).length === 0;
  });
}

/** What runs, what the profile has, what boots, and whose /etc is there. */
export async function systemsOn(host: LabHost): Promise<string[]> {
  const etc = await host.etc();
  const running = await host.running();
  const expected = await host.read(`readlink -f ${running}/etc`);
  return [running, await host.profile(), await host.bootDefault(), etc === expected ? running : etc];
}
