import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeploymentJob } from '../../lib/job/job';
import { Lab } from '../../lab';
import { describeWithLab } from '../support/describe-with-lab';
import type { RunEnd } from './support/run';
import { Scene } from './support/scene';
import { ordinary, Systems } from './support/systems';
import { BAD_INPUTS, type BadInput, REFUSED_BY_HOST } from './table/bad-inputs';

describeWithLab('bad input at apply leaves the host as it was', () => {
  let lab: Lab;
  let systems: Systems;
  let scene: Scene;
  let tree: string;

  beforeAll(async () => {
    const modules = ['old', 'wanted', 'next'].map((version) => [ordinary(version)]);
    [lab, systems] = await Promise.all([Lab.create(), Systems.build(modules)]);
    const [old, wanted, next] = modules.map((list) => systems.toplevel(list)) as [string, string, string];
    scene = await Scene.create(lab, { shape: 'nixos', systems: { old, wanted, next } });
    tree = await scene.host.treeHash();
  });

  afterAll(async () => {
    await scene?.end();
    await systems?.end();
    await lab?.destroy();
  });

  /** The ordinary deployment, with these fields in place of its own. */
  function deploy({ job, connection }: Pick<BadInput, 'job' | 'connection'>): Promise<RunEnd> {
    const ordinaryJob = scene.job(scene.systems.wanted);
    const given = { ...ordinaryJob, ...job, connection: { ...ordinaryJob.connection, ...connection } };
    return scene.operator.deploy(given as DeploymentJob).end();
  }

  it.each(BAD_INPUTS.map((input) => [input.name, input] as const))(
    'the client refuses %s and does not contact the host',
    async (_, input) => {
      const logins = await scene.host.logins();
      const end = await deploy(input);
      expect(end.lines).toEqual([
        `cdktf-nixos: failed: ${input.failed}`,
        'cdktf-nixos: host: was not contacted',
        `cdktf-nixos: to do: ${input.toDo}`,
      ]);
      expect(end.status).toBe(64);
      expect(await scene.host.treeHash()).toBe(tree);
      expect(await scene.host.logins()).toBe(logins);
      expect(await scene.operator.leftovers()).toEqual([]);
    },
  );

  it.each(REFUSED_BY_HOST.map((input) => [input.name, input] as const))(
    'a deployment with %s fails and leaves the host as it was',
    async (_, input) => {
      const end = await deploy(input);
      expect(end.lines.slice(-3)).toEqual([
        expect.stringMatching(input.failed),
        `web: host: ${input.host ?? `runs and boots ${scene.systems.old}, as before`}`,
        `web: to do: ${input.toDo}`,
      ]);
      expect(end.status).toBe(1);
      expect(await scene.host.treeHash()).toBe(tree);
      expect(await scene.operator.leftovers()).toEqual([]);
    },
  );
});
