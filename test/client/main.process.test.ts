import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeWithLab } from '../support/describe-with-lab';
import { Client, processesWith } from '../../lab/deployer/client';
import { FAKE_SUPERVISOR, useScriptedHost } from './support/scripted-host';

describeWithLab('the client as a process', () => {
  const scripted = useScriptedHost();

  describe('the client that dies', () => {
    beforeEach(() => scripted.answer('start', {}, 'sleep 30'));

    it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
      'a client that dies by %s leaves no file and no process',
      async (signal) => {
        const run = scripted.client.start(scripted.job());
        await run.saw(/^web: inspect:/m);
        await started();
        run.process.kill(signal);
        await run.result;
        await expect.poll(() => scripted.client.leftovers()).toEqual([]);
        expect(processesWith(scripted.client.stack)).toEqual([]);
      },
    );

    it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
      'a client that gets %s after the host was asked to start ends with status 3',
      async (signal) => {
        const run = scripted.client.start(scripted.job());
        await started();
        run.process.kill(signal);
        const { status, output } = await run.result;
        expect(output).toContain(`web: failed: interrupted by ${signal}\nweb: host: carries on alone`);
        expect(status).toBe(3);
      },
    );

    it('a client that dies with its whole process group leaves no file and no process', async () => {
      const run = scripted.client.start(scripted.job());
      await started();
      process.kill(-(run.process.pid as number), 'SIGKILL');
      await run.result;
      await expect.poll(() => scripted.client.leftovers()).toEqual([]);
      expect(processesWith(scripted.client.stack)).toEqual([]);
    });

    /** The transaction was sent. */
    const started = () => expect.poll(() => scripted.verbs()).toContain('start');
  });

  it('the client reports that its folder was not copied completely', async () => {
    const copied = Client.stage(FAKE_SUPERVISOR);
    rmSync(path.join(copied.stack, 'cdktf-nixos', 'supervisor.sh'));
    const { status, output } = await copied.run(scripted.job());
    copied.remove();
    expect(output).toMatch(
      /^web: failed: \/.*\/cdktf-nixos\/supervisor.sh is missing\nweb: host: was not contacted\nweb: to do: run cdktf synth again, or copy the whole output folder to the machine that applies\n$/,
    );
    expect(status).toBe(69);
  });

  it.each([
    ['ssh', /^web: failed: ssh is not installed or not on PATH$/m],
    ['nix-store', /^web: failed: nix-store is not installed or not on PATH$/m],
  ])('the client reports that %s is missing', async (program, message) => {
    const programs = path.join(scripted.client.stack, 'programs');
    mkdirSync(programs);
    const needed = ['node', 'sh', 'dirname', 'mktemp', 'mkfifo', 'rm', 'kill', 'sleep', 'nix-store', 'ssh'];
    for (const name of needed.filter((name) => name !== program)) {
      const found = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
      if (found.startsWith('/')) symlinkSync(found, path.join(programs, name));
    }
    const { status, output } = await scripted.client.run(scripted.job(), { PATH: programs });
    rmSync(programs, { recursive: true });
    expect(output).toMatch(message);
    expect(status).toBe(69);
  });

  it('the client contacts nothing when the job has a bad value', async () => {
    const before = await scripted.host.treeHash();
    const logins = await scripted.host.logins();
    const { status, output } = await scripted.client.run(
      scripted.job({ connection: { ...scripted.job().connection, host: '-oProxyCommand=id' } }),
    );
    expect(output)
      .toBe(`cdktf-nixos: failed: [fleet/web] host: got "-oProxyCommand=id", expected a host name, an IPv4 address or an IPv6 address
cdktf-nixos: host: was not contacted
cdktf-nixos: to do: a host does not start with a dash; ssh options are not given here
`);
    expect(status).toBe(64);
    expect(await scripted.host.logins()).toBe(logins);
    expect(await scripted.host.treeHash()).toBe(before);
  });

  it('the client carries on when nobody reads its output any more', async () => {
    const run = scripted.client.start(scripted.job());
    run.process.stdout?.destroy();
    run.process.stderr?.destroy();
    expect(await run.result).toMatchObject({ status: 0 });
    expect(await scripted.verbs()).toContain('confirm');
  });
});
