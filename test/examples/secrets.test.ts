import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../lab';
import { ExampleProject } from '../../lab/deployer/example-project';
import { installBaseSystems } from '../../lab/systems/base-system';
import { describeWithLab } from '../support/describe-with-lab';

const TOKEN = 'a-token-of-forty-characters-0123456789ab';

describeWithLab('examples/secrets', () => {
  let lab: Lab;
  let host: LabHost;
  let project: ExampleProject;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ name: 'web', shape: 'systemd' });
    await installBaseSystems([host]);
    project = await ExampleProject.create('examples/secrets', [host], { env: { API_TOKEN: TOKEN } });
    await writeKey('the first signing key');
  }, 90_000);

  afterAll(async () => {
    await project?.deployer.end();
    await lab?.destroy();
  });

  /** Git ignores the folder. */
  async function writeKey(text: string): Promise<void> {
    const file = path.join(project.deployer.directory, 'secrets', 'signing-key');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  const signed = () => host.read('cat /run/signer/key');
  const started = (unit: string) => host.read(`systemctl show --property=InvocationID --value ${unit}`);

  it('the example brings a token as a credential, and a key as a file, and plans nothing afterwards', async () => {
    const deploy = await project.deployer.deploy(['web']);
    expect(deploy.output).toContain('1 added');
    expect(deploy.output).not.toContain(TOKEN);
    expect(await host.read('cat /run/billing')).toMatch(/ 40$/);
    expect(await signed()).toMatch(/ 21$/);
    expect(await host.read('stat -Lc "%a %U" /run/cdktf-nixos-secrets/current/apiToken')).toBe('400 root');
    expect((await project.deployer.plan('web')).exitCode).toBe(0);
  }, 90_000);

  it('the example rotates the key: its unit is reloaded, nothing else starts anew, and the system stays', async () => {
    const before = [await host.running(), await started('billing'), await started('signer')];
    await writeKey('the second signing key, a longer one');
    await project.deployer.edit('main.ts', "version: '1'", "version: '2'");
    const deploy = await project.deployer.deploy(['web']);
    expect(deploy.output).toContain('1 added');
    await expect.poll(signed).toMatch(/ 36$/);
    expect([await host.running(), await started('billing'), await started('signer')]).toEqual(before);
  }, 90_000);
});
