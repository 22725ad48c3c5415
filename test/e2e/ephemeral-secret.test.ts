import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../lab';
import { ExampleProject } from '../../lab/deployer/example-project';
import { installBaseSystems } from '../../lab/systems/base-system';
import { describeWithLab } from '../support/describe-with-lab';

const TOKEN = 'an-ephemeral-token-0123456789-abcdef';

describeWithLab('a secret that Terraform hands over', () => {
  let lab: Lab;
  let host: LabHost;
  let project: ExampleProject;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ name: 'web', shape: 'systemd' });
    await installBaseSystems([host]);
    const env = { API_TOKEN: 'not used any more', TF_VAR_token: TOKEN };
    project = await ExampleProject.create('examples/secrets', [host], { env });
    await project.deployer.edit(
      'main.ts',
      "SecretSource.file('secrets/signing-key')",
      "SecretSource.environment('HOME')",
    );
    await project.deployer.edit(
      'main.ts',
      'import { App, TerraformStack }',
      'import { App, TerraformStack, TerraformVariable }',
    );
    await project.deployer.edit(
      'main.ts',
      "SecretSource.environment('API_TOKEN')",
      'SecretSource.terraform(token.stringValue)',
    );
    await project.deployer.edit(
      'main.ts',
      'const machine =',
      "const token = new TerraformVariable(stack, 'token', { type: 'string' });\ntoken.addOverride('ephemeral', true);\nconst machine =",
    );
  }, 90_000);

  afterAll(async () => {
    await project?.deployer.end();
    await lab?.destroy();
  });

  const inStack = (...names: string[]) => path.join(project.deployer.stackDirectory('web'), ...names);
  const shown = () => host.read('cat /run/cdktf-nixos-secrets/current/apiToken');

  it('the host gets an ephemeral value; Terraform hides the output, which is in the log', async () => {
    const deploy = await project.deployer.deploy(['web']);
    expect(deploy.output).toContain('1 added');
    expect(deploy.output).toContain('output suppressed due to ephemeral value in config');
    expect(deploy.output).not.toContain('web: done');
    expect(await shown()).toBe(TOKEN);
    const log = inStack('cdktf-nixos', 'logs', 'null_resource.web-system.log');
    expect(await readFile(log, 'utf8')).toMatch(/^web: log: .*\n(web: .*\n)*web: done: /);
    expect((await stat(log)).mode & 0o777).toBe(0o600);
  }, 90_000);

  it('the value is in no file of the project, and a plan with it is empty', async () => {
    expect((await project.deployer.plan('web', '-out=saved')).exitCode).toBe(0);
    const found = await project.deployer.run('grep', ['--recursive', '--files-with-matches', TOKEN, '.']);
    expect(found).toMatchObject({ exitCode: 1, output: '' });
    // The saved plan is compressed.
    const saved = await project.deployer.terraform('web', 'show', '-json', 'saved');
    expect(saved.output).toContain('null_resource');
    expect(saved.output).not.toContain(TOKEN);
  }, 60_000);

  it('the same variable is refused at plan when it is not ephemeral, and the host stays as it is', async () => {
    await project.deployer.edit('main.ts', "token.addOverride('ephemeral', true);", '');
    await project.deployer.edit('main.ts', "version: '2026-11'", "version: '2026-12'");
    const deploy = await project.deployer.deploy(['web']);
    expect(deploy.exitCode).not.toBe(0);
    expect(deploy.output).toContain('secrets.apiToken.source: got a value that is not');
    expect(deploy.output).not.toContain(TOKEN);
    expect(await shown()).toBe(TOKEN);
  }, 90_000);
});
