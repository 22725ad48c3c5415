import { describe, expect, it } from 'vitest';
import { describeWithLab } from '../support/describe-with-lab';
import { HEALTHY, OLD, useScriptedHost } from './support/scripted-host';

const OWNER = { project: 'b2f3', stack: 'web', workspace: 'default' };
const OWNED = { 'owner-project': 'b2f3', 'owner-stack': 'web', 'owner-workspace': 'default' };
const OTHER = { ...OWNED, 'owner-project': 'a9' };

describeWithLab('the client and what a host says of itself', () => {
  const scripted = useScriptedHost();
  const has = () => {
    const { toplevel } = scripted;
    return { ...HEALTHY, running: toplevel, profile: toplevel, committed: toplevel, boots: 'yes' };
  };

  describe('whose the host is', () => {
    it.each([
      ['that has another system', () => HEALTHY],
      ['that has the system already', has],
    ])('a host of another owner is left alone, %s', async (_, answer) => {
      await scripted.answer('inspect', { ...answer(), ...OTHER });
      const { status, output } = await scripted.deploy({ owner: OWNER });
      expect(output).toContain(
        'web: failed: the host belongs to project a9, stack web, workspace default; this deployment is of project b2f3, stack web, workspace default\n',
      );
      expect(output).toContain('web: to do: let only one of them deploy to it;');
      expect(output).toContain('CDKTF_NIXOS_TAKE_OVER=web\n');
      expect(status).toBe(1);
      expect(await scripted.verbs()).toEqual(['inspect']);
    });

    it('a host of another owner is taken over when its machine is named', async () => {
      await scripted.answer('inspect', { ...HEALTHY, ...OTHER });
      const environment = { CDKTF_NIXOS_TAKE_OVER: 'mail,web' };
      expect(await scripted.client.run(scripted.job({ owner: OWNER }), environment)).toMatchObject({ status: 0 });
      expect(await scripted.log()).toMatch(
        /verb=start;.*owner-project=b2f3;owner-stack=web;owner-workspace=default;take-over=yes;/,
      );
    });

    it('a deployment of what the host has already does nothing when its owner is known', async () => {
      await scripted.answer('inspect', { ...has(), ...OWNED });
      expect((await scripted.deploy({ owner: OWNER })).output).toContain('web: done: nothing to do');
      expect(await scripted.verbs()).toEqual(['inspect']);
    });

    it('a deployment of what the host has already records the owner when an older journal does not have it', async () => {
      await scripted.answer('inspect', has());
      expect((await scripted.deploy({ owner: OWNER })).output).toContain('web: done: nothing to do');
      expect(await scripted.log()).toMatch(/verb=adopt;.*owner-project=b2f3;/);
    });
  });

  it('a host that was changed by somebody else is described in a line', async () => {
    const foreign = '/nix/store/22222222222222222222222222222222-foreign';
    const since = { since: '2026-01-02T03:04:05Z', 'profile-since': '2026-01-01T00:00:00Z', 'drift-by': 'ann@ci' };
    await scripted.answer('inspect', { ...HEALTHY, running: foreign, drift: 'running profile', ...since });
    const { status, output } = await scripted.deploy();
    expect(output).toContain(
      `web: drift: the host was changed after its last deployment, of ${OLD}: it has run ${foreign} since 2026-01-02T03:04:05Z (ann@ci); its profile has been ${OLD} since 2026-01-01T00:00:00Z (ann@ci)\n`,
    );
    expect(status).toBe(0);
    expect(await scripted.verbs()).toContain('start');
  });

  it('a boot default that somebody else set is set anew before there is nothing to do', async () => {
    await scripted.answer('inspect', { ...has(), boots: 'no', drift: 'boots' });
    const { status, output } = await scripted.deploy();
    expect(output).toMatch(/^web: drift: .*: its boot default or boot menu was changed$/m);
    expect(output).toMatch(/^web: adopt: .*set its boot default.*\nweb: done: nothing to do/m);
    expect(status).toBe(0);
    expect(await scripted.verbs()).toEqual(['inspect', 'adopt']);
  });

  it('a boot default that cannot be set anew is a failure', async () => {
    await scripted.answer('inspect', { ...has(), boots: 'no', drift: 'boots' });
    await scripted.answer('adopt', { error: 'failed the boot default cannot be set (status 1)' });
    const { status, output } = await scripted.deploy();
    expect(output).toContain('web: failed: the boot default cannot be set (status 1)');
    expect(status).toBe(1);
  });

  it('a boot default of a system that waits for its restart is set anew by a whole deployment', async () => {
    await scripted.answer('inspect', { ...has(), running: OLD, boots: 'no', drift: 'boots' });
    await scripted.deploy({ goal: 'boot' });
    expect(await scripted.verbs()).toContain('start');
  });

  it('the report warns of values in memory, and only when there are some', async () => {
    await scripted.answer('inspect', { ...HEALTHY, 'state-file-system': 'tmpfs' });
    const values = { db: { value: 1, restartUnits: [] } };
    expect((await scripted.deploy({ values })).output).toMatch(
      /^web: values: \/var\/lib\/cdktf-nixos of the host is in memory, .*; make that directory persistent, for example with cdktf-nixos\.keepStateIn$/m,
    );
    expect((await scripted.deploy()).output).not.toContain('web: values:');
    await scripted.answer('inspect', { ...HEALTHY, 'state-file-system': 'ext2/ext3' });
    expect((await scripted.deploy({ values })).output).not.toContain('web: values:');
  });

  it('the report names a pending restart, after a commit and when there is nothing to do', async () => {
    const { toplevel } = scripted;
    const systems = { running: toplevel, profile: toplevel, 'reboot-pending': 'yes' };
    await scripted.answer('confirm', { state: 'committed', ...systems }, 'event transaction "$id"');
    expect((await scripted.deploy()).output).toMatch(
      /^web: restart: until it restarts, the host runs the kernel, .*\nweb: done: /m,
    );
    await scripted.answer('inspect', { ...has(), 'reboot-pending': 'yes' });
    expect((await scripted.deploy()).output).toMatch(/^web: restart: .*\nweb: done: nothing to do/m);
  });

  it('the report names the damage of a journal', async () => {
    await scripted.answer('inspect', { ...HEALTHY, 'journal-damage': 'it is not a regular file' });
    expect((await scripted.deploy()).output).toMatch(/^web: journal: .* is damaged: it is not a regular file; /m);
  });

  it.each([
    [{ 'free-state-kib': '100', 'free-state-inodes': '9000' }, '102 kB and 9000 inodes'],
    [{ 'free-state-kib': '90000', 'free-state-inodes': '7' }, '92.2 MB and 7 inodes'],
    [{ 'free-state-kib': '100' }, '102 kB'],
  ])('a host without room for its journal is left alone: %o', async (room, left) => {
    await scripted.answer('inspect', { ...HEALTHY, ...room });
    const { status, output } = await scripted.deploy();
    expect(output).toContain(`web: failed: /var/lib has ${left} left, and the journal, the log and the values need`);
    expect(status).toBe(1);
    expect(await scripted.verbs()).toEqual(['inspect']);
  });
});
