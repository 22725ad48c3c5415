import { open, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExampleProject } from '../../lab/deployer/example-project';

describe('examples/installer-iso', () => {
  let project: ExampleProject;

  beforeAll(async () => {
    project = await ExampleProject.create('examples/installer-iso', []);
  }, 90_000);
  afterAll(() => project?.deployer.end());

  it('the example builds a CD that lets the owner of the deploy key in, and plans nothing afterwards', async () => {
    const deploy = await project.deployer.deploy(['installer']);
    expect(deploy.exitCode, deploy.output).toBe(0);
    const [, iso] = /path = "?(\/nix\/store\/\S+\.iso)/.exec(deploy.output) ?? [];
    expect(await readAt(iso, 0x8001, 5)).toBe('CD001');
    expect(deploy.output).toMatch(/boot_mode = "?uefi-preferred/);
    const key = (await project.deployer.read('deploy-key.pub')).trim();
    expect((await readFile(iso)).includes(key)).toBe(true);
    expect((await project.deployer.plan('installer')).exitCode).toBe(0);
  }, 120_000);
});

async function readAt(file: string, position: number, length: number): Promise<string> {
  const handle = await open(file);
  try {
    return (await handle.read(Buffer.alloc(length), 0, length, position)).buffer.toString('latin1');
  } finally {
    await handle.close();
  }
}
