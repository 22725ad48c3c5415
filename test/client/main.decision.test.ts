import { describe, expect, it } from 'vitest';
import { storeSystem } from '../../lab/deployer/client';
import { describeWithLab } from '../support/describe-with-lab';
import { HEALTHY, OLD, useScriptedHost } from './support/scripted-host';

describeWithLab('the client and what a host answers', () => {
  const scripted = useScriptedHost();

  it('a deployment needs two logins', async () => {
    const logins = await scripted.host.logins();
    const { status, output } = await scripted.deploy();
    expect(output.replace(/\d+ s$/m, 'N s')).toBe(`web: realise: already in the store of this machine
web: connect: root@${scripted.host.address} port 22
web: inspect: runs and boots ${OLD}, generation 11
web: confirm: proving a new login
web: done: generation 11 -> 12, ${scripted.toplevel}, N s
`);
    expect(status).toBe(0);
    expect(await scripted.verbs()).toEqual(['inspect', 'stage', 'verify', 'start', 'confirm']);
    expect((await scripted.host.logins()) - logins).toBe(2);
  });

  describe('when the host has it already', () => {
    const has = () => ({
      ...HEALTHY,
      running: scripted.toplevel,
      profile: scripted.toplevel,
      committed: scripted.toplevel,
    });

    it('a deployment of what the host has already does nothing, with one login', async () => {
      await scripted.answer('inspect', has());
      const logins = await scripted.host.logins();
      const { status, output } = await scripted.deploy();
      expect(output).toMatch(/^web: done: nothing to do; generation 11 is \/nix\/store\/\S+, \d+ s$/m);
      expect(status).toBe(0);
      expect(await scripted.verbs()).toEqual(['inspect']);
      expect((await scripted.host.logins()) - logins).toBe(1);
    });

    it('a deployment adopts a host without a journal', async () => {
      await scripted.answer('inspect', { ...has(), 'host-format': 'none', state: 'none', committed: '' });
      const { status, output } = await scripted.deploy();
      expect(output).toMatch(/^web: adopt: .*\nweb: done: nothing to do/m);
      expect(status).toBe(0);
      expect(await scripted.verbs()).toEqual(['inspect', 'adopt']);
    });

    it('a deployment runs in full when a rollback has failed', async () => {
      await scripted.answer('inspect', { ...has(), state: 'rollback-failed' });
      expect((await scripted.deploy()).status).toBe(0);
      expect(await scripted.verbs()).toEqual(['inspect', 'stage', 'verify', 'start', 'confirm']);
    });

    it('a deployment runs in full while something that a rollback left is not repaired', async () => {
      await scripted.answer('inspect', { ...has(), unsettled: 'yes' });
      expect((await scripted.deploy()).status).toBe(0);
      expect(await scripted.verbs()).toContain('start');
    });

    it('a deployment runs in full when another switch has left /etc half-way', async () => {
      await scripted.answer('inspect', { ...has(), etc: 'no' });
      expect((await scripted.deploy()).status).toBe(0);
      expect(await scripted.verbs()).toContain('start');
    });

    it('a deployment runs in full when its values wait for a restart, unless that is the goal', async () => {
      await scripted.answer('inspect', { ...has(), 'files-shown': 'no' });
      expect((await scripted.deploy({ goal: 'boot' })).status).toBe(0);
      expect(await scripted.verbs()).toEqual(['inspect']);
      expect((await scripted.deploy()).status).toBe(0);
      expect(await scripted.verbs()).toContain('start');
    });

    it('a deployment runs in full when only a value changed', async () => {
      await scripted.answer('inspect', { ...has(), 'files-digest': 'a'.repeat(64) });
      const values = { db: { value: { host: 'db.example.com' }, restartUnits: ['app.service'] } };
      expect(await scripted.deploy({ values })).toMatchObject({ status: 0 });
      const log = await scripted.log();
      expect(log).toMatch(
        /verb=start;.*files-digest=[0-9a-f]{64};.*file=value db root root 0644 26 [0-9a-f]{64};restart=value db app.service;/,
      );
    });

    it.each(['activating', 'waiting', 'rolling-back'])(
      'a deployment runs in full when a transaction was cut off in %s',
      async (state) => {
        await scripted.answer('inspect', { ...has(), state });
        expect(await scripted.deploy()).toMatchObject({ status: 0 });
        expect(await scripted.verbs()).toContain('start');
      },
    );
  });

  describe('when another deployment holds the host', () => {
    it('a deployment ends with status 75 and reports which other one holds the host', async () => {
      await scripted.answer('inspect', {
        ...HEALTHY,
        lock: 'held',
        'lock-toplevel': '/nix/store/x-other',
        'lock-by': 'ann@ci-7',
      });
      const { status, output } = await scripted.deploy();
      expect(output).toContain(`web: failed: ann@ci-7 is deploying /nix/store/x-other to this host
web: host: runs and boots ${OLD}
web: to do: wait until the other deployment is over, then run this one again
`);
      expect(status).toBe(75);
      expect(await scripted.verbs()).toEqual(['inspect']);
    });

    it('a deployment waits for another one of the same system', async () => {
      await scripted.answer('inspect.1', {
        ...HEALTHY,
        lock: 'held',
        'lock-toplevel': scripted.toplevel,
        'lock-by': 'ann@ci-7',
      });
      await scripted.answer('inspect.2', {
        ...HEALTHY,
        running: scripted.toplevel,
        profile: scripted.toplevel,
        committed: scripted.toplevel,
      });
      const { status, output } = await scripted.deploy();
      expect(output).toMatch(/^web: wait: ann@ci-7 is deploying the same system; waiting\nweb: done: nothing to do/m);
      expect(status).toBe(0);
    });

    it('a deployment looks again when another one gets in just before the start', async () => {
      await scripted.answer('start', { error: 'busy another deployment holds the host' });
      await scripted.answer('inspect.2', {
        ...HEALTHY,
        lock: 'held',
        'lock-toplevel': '/nix/store/x-other',
        'lock-by': 'ann@ci-7',
      });
      const { status, output } = await scripted.deploy();
      expect(output).toContain('web: failed: ann@ci-7 is deploying /nix/store/x-other to this host');
      expect(status).toBe(75);
    });
  });

  describe('a host that is not fit is left as it is', () => {
    it.each([
      [{ uid: '1000' }, 'root is not root on the host'],
      [{ nixos: 'no' }, 'the host does not run NixOS'],
      [{ system: 'aarch64-linux' }, 'the system is built for x86_64-linux and the host is aarch64-linux'],
      [
        { 'host-format': '3' },
        'a newer version of cdktf-nixos deployed to this host (journal format 3; this version knows 2)',
      ],
      [{ 'free-run-kib': '1024' }, '/run has 1.0 MB left and systemd needs 16.8 MB to reload its units'],
    ])('a deployment leaves a host alone that is not fit: %o', async (change, message) => {
      await scripted.answer('inspect', { ...HEALTHY, ...change });
      const { status, output } = await scripted.deploy();
      expect(output).toContain(`web: failed: ${message}\nweb: host: runs and boots ${OLD}, as before\nweb: to do: `);
      expect(status).toBe(1);
      expect(await scripted.verbs()).toEqual(['inspect']);
    });

    it('a store path for another platform is refused before anything is copied, although the job does not name it', async () => {
      const toplevel = storeSystem('nixos-system-arm', { platform: 'aarch64-linux' });
      const { status, output } = await scripted.deploy({ system: undefined, toplevel });
      expect(output).toContain('web: failed: the system is built for aarch64-linux and the host is x86_64-linux\n');
      expect(status).toBe(1);
      expect(await scripted.verbs()).toEqual(['inspect']);
    });

    it('a store path without a usable switch program is refused before any host is contacted', async () => {
      const toplevel = storeSystem('nixos-system-empty', { program: '' });
      const { status, output } = await scripted.deploy({ toplevel });
      expect(output).toContain(
        `web: failed: ${toplevel} is not a system that a host can switch to: ${toplevel}/bin/switch-to-configuration is empty\n` +
          'web: host: was not contacted\n',
      );
      expect(status).toBe(1);
      expect((await scripted.host.exec('cat /fake/log')).exitCode).toBe(1);
    });

    it('a deployment leaves a host alone whose store has no room', async () => {
      await scripted.answer('inspect', { ...HEALTHY, 'free-store-kib': '0' });
      await scripted.answer('stage', { missing: scripted.toplevel });
      const { status, output } = await scripted.deploy();
      expect(output).toMatch(/^web: failed: the copy needs \d+ B and the host's store has 0 B left$/m);
      expect(status).toBe(1);
      expect(await scripted.verbs()).toEqual(['inspect', 'stage']);
    });
  });
});
