import { afterEach, beforeEach, expect, it } from 'vitest';
import { Lab } from '../../lab';
import { HcloudDouble, LabMachines } from '../../lab/hcloud';
import { describeWithLab } from '../support/describe-with-lab';
import { ImageProject } from './support/image-project';
import { left, uploads } from './support/leftovers';

describeWithLab('an image at Hetzner, by the real provider', () => {
  let lab: Lab;
  let double: HcloudDouble;
  let project: ImageProject;

  beforeEach(async () => {
    lab = await Lab.create();
    double = await HcloudDouble.start({ machines: new LabMachines(lab), actionMilliseconds: 20 });
    project = ImageProject.create(double);
  });
  afterEach(async () => {
    await double.stop();
    await lab.destroy();
  });

  async function expectApplied(run: { readonly exitCode: number; readonly output: string }): Promise<void> {
    expect(run.exitCode, run.output).toBe(0);
    const plan = await project.plan();
    expect(plan.exitCode, plan.output).toBe(0);
  }

  it('contents come and go: one is uploaded once, kept images are found again, others go, and destroy leaves nothing', async () => {
    await expectApplied(await project.apply('one'));
    expect(left(double)).toEqual(['images kept']);
    await expectApplied(await project.apply('two'));
    expect(left(double)).toEqual(['images kept', 'images kept']);
    const back = await project.apply('one');
    await expectApplied(back);
    expect(back.output).toContain('web/upload: done: the snapshot is there already');
    expect(uploads(double)).toBe(2);
    const third = await project.apply('three');
    await expectApplied(third);
    expect(third.output).toMatch(/hcloud_snapshot\.\S+ will be created/);
    expect(third.output).toMatch(/hcloud_snapshot\.\S+ will be destroyed/);
    expect(left(double)).toEqual(['images kept', 'images kept']);
    const moved = third.output.indexOf('terraform_data.server: Creation complete');
    expect(third.output.search(/hcloud_snapshot\.\S+: Destroying/)).toBeGreaterThan(moved);
    await expectApplied(await project.apply('three', { keepImages: 0 }));
    expect(left(double)).toEqual(['images kept']);
    expect((await project.destroy()).exitCode).toBe(0);
    expect(left(double)).toEqual([]);
  }, 240_000);

  it('a snapshot that somebody deleted is uploaded again, and an image that leaves the program leaves nothing', async () => {
    await expectApplied(await project.apply('one'));
    const id = double.left[0]?.id;
    const { HCLOUD_ENDPOINT, HCLOUD_TOKEN } = double.environment;
    const headers = { authorization: `Bearer ${HCLOUD_TOKEN}` };
    expect((await fetch(`${HCLOUD_ENDPOINT}/images/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await project.plan()).output).toMatch(/hcloud_snapshot\.\S+ will be created/);
    await expectApplied(await project.apply('one'));
    expect(uploads(double)).toBe(2);
    await expectApplied(await project.apply(undefined));
    expect(left(double)).toEqual([]);
  }, 120_000);

  it('a finish that fails is repeated without a second upload', async () => {
    double.faults.request({ method: 'PUT', path: /\/images\//, code: 'forbidden' });
    const failed = await project.apply('one');
    expect(failed.output).toContain('to do: set HCLOUD_TOKEN to a token with read and write permission');
    expect(left(double)).toEqual(expect.arrayContaining(['images', 'servers']));
    const again = await project.apply('one');
    await expectApplied(again);
    expect(again.output).toContain('the image is on the server already');
    expect(left(double)).toEqual(['images kept']);
    expect(uploads(double)).toBe(1);
  }, 120_000);

  it('kill -9 of terraform while the snapshot is made leaves one that the next apply deletes', async () => {
    double.faults.action({ command: 'create_image', milliseconds: 4000 });
    project.synth('one');
    await project.init();
    const run = project.start('apply', '-auto-approve');
    await expect
      .poll(() => double.requests.some(({ path }) => path.includes('create_image')), { timeout: 60_000 })
      .toBe(true);
    run.kill('SIGKILL');
    await run;
    await expectApplied(await project.apply('one'));
    expect(left(double)).toEqual(['images kept']);
    expect(uploads(double)).toBe(1);
    expect(double.everMade.filter(({ type }) => type === 'images')).toHaveLength(2);
  }, 120_000);

  it('two projects apply at once, are over the rate limit now and then, and do not see each other', async () => {
    const other = ImageProject.create(double, 'two');
    double.faults.rateLimit(3);
    const runs = await Promise.all([project.apply('one'), other.apply('one')]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(left(double)).toEqual(['images kept', 'images kept']);
    expect((await other.destroy()).exitCode).toBe(0);
    expect(left(double)).toEqual(['images kept']);
    expect((await project.plan()).exitCode).toBe(0);
  }, 180_000);
});
