import { afterEach, beforeEach, expect, it } from 'vitest';
import { Lab } from '../../lab';
import { HcloudDouble } from '../../lab/hcloud';
import { describeWithLab } from '../support/describe-with-lab';
import { ImageProject } from './support/image-project';
import { RescueMachines } from './support/rescue-machines';

describeWithLab('an image at Hetzner, applied', () => {
  let lab: Lab;
  let double: HcloudDouble;
  let project: ImageProject;

  beforeEach(async () => {
    lab = await Lab.create();
    double = await HcloudDouble.start({ machines: new RescueMachines(lab) });
    project = ImageProject.create(double);
  });
  afterEach(async () => {
    await double.stop();
    await lab.destroy();
  });

  it('x', { timeout: 300_000 }, async () => {
    for (const content of ['one', 'two', 'one', 'three']) {
      const run = await project.apply(content);
      console.error(
        run.output
          .split('\n')
          .filter((l) => /local-exec|Error|Apply|failed|to do|log/.test(l))
          .join('\n'),
      );
      const plan = await project.plan();
      console.error(plan.exitCode, JSON.stringify(double.left), double.everMade.length);
    }
    console.error((await project.destroy()).exitCode, JSON.stringify(double.left));
    console.error(
      double.requests
        .map((r) => JSON.stringify(r))
        .join('\n')
        .slice(0, 3000),
    );
    expect(1).toBe(1);
  });
});
