import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deployer } from '../../lab/deployer/deployer';
import { stackDiagram } from '../../scripts/picture/stack-diagram';
import { root } from '../../scripts/setup/environment.mjs';

describe('examples/installer-iso', () => {
  let deployer: Deployer;

  beforeAll(async () => {
    deployer = await Deployer.create({ app: 'examples/installer-iso' });
  }, 90_000);
  afterAll(() => deployer?.end());

  it('the example builds a CD that lets the owner of the deploy key in, and plans nothing afterwards', async () => {
    const deploy = await deployer.deploy(['installer']);
    expect(deploy.exitCode, deploy.output).toBe(0);
    const [, iso] = /path = "?(\/nix\/store\/\S+\.iso)/.exec(deploy.output) ?? [];
    expect(await readAt(iso, 0x8001, 5)).toBe('CD001');
    expect(deploy.output).toMatch(/boot_mode = "?uefi-preferred/);
    const key = (await deployer.read('deploy-key.pub')).trim();
    expect((await readFile(iso)).includes(key)).toBe(true);
    expect((await deployer.plan('installer')).exitCode).toBe(0);
  }, 240_000);

  it('the picture in docs/nixos-image.md shows the resources of the example', async () => {
    const stack = path.join(deployer.stackDirectory('installer'), 'cdk.tf.json');
    const page = await readFile(path.join(root, 'docs', 'nixos-image.md'), 'utf8');
    expect(page).toContain(stackDiagram(JSON.parse(await readFile(stack, 'utf8'))));
  });
});

async function readAt(file: string, position: number, length: number): Promise<string> {
  const handle = await open(file);
  try {
    return (await handle.read(Buffer.alloc(length), 0, length, position)).buffer.toString('latin1');
  } finally {
    await handle.close();
  }
}
