import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deployer } from '../../lab/deployer/deployer';

describe('examples/vm-local', () => {
  let deployer: Deployer;

  beforeAll(async () => {
    deployer = await Deployer.create({ app: 'examples/vm-local' });
  }, 90_000);
  afterAll(() => deployer?.end());

  it('the example builds a runner of exactly this configuration, with its forwarded ports', async () => {
    const deploy = await deployer.deploy(['vm']);
    expect(deploy.exitCode, deploy.output).toBe(0);
    const [, runner] = /run = "?(\/nix\/store\/\S+\/bin\/run-web-vm)/.exec(deploy.output) ?? [];
    // The stand-in's runner prints what the real one asks QEMU for.
    const printed = await deployer.succeed(runner, []);
    expect(printed).toContain('hostfwd=tcp:127.0.0.1:2222-:22');
    const toplevel = await deployer.succeed('nix', [
      ...['--extra-experimental-features', 'nix-command flakes', 'eval', '--raw'],
      '.#nixosConfigurations.web.config.system.build.toplevel',
    ]);
    expect(printed).toContain(`system ${toplevel.trim()}\n`);
    expect((await deployer.plan('vm')).exitCode).toBe(0);
  }, 240_000);
});
