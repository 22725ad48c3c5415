import { describe, expect, it } from 'vitest';
import { describeWithLab } from '../support/describe-with-lab';
import { type Header, randomId, SupervisorSession } from './support/supervisor-session';
import { useUntouchedHost } from '../client/support/untouched-host';

const SOME_PATH = '/nix/store/00000000000000000000000000000000-etc';

describeWithLab('the supervisor', () => {
  const untouched = useUntouchedHost();

  it('the supervisor refuses to deploy over another system than the one the client saw', async () => {
    const answer = await untouched.session.call('start', untouched.start({ 'expected-running': untouched.next }));
    expect([answer.exitCode, answer.get('error')]).toEqual([
      1,
      `drift ${untouched.running} runs, not ${untouched.next}`,
    ]);
    await untouched.expectUntouched();
  });

  it('the supervisor refuses a system that is not complete, or is not a system', async () => {
    const missing = await untouched.session.call('start', untouched.start({ toplevel: SOME_PATH }));
    expect(missing.get('error')).toBe(`damaged ${SOME_PATH} is not complete here`);
    const none = await untouched.host.read(`readlink -f ${untouched.next}/etc | sed 's,\\(/nix/store/[^/]*\\).*,\\1,'`);
    const answer = await untouched.session.call('start', untouched.start({ toplevel: none }));
    expect(answer.get('error')).toBe(`damaged ${none}/bin/switch-to-configuration is missing, empty or not executable`);
    await untouched.expectUntouched();
  });

  it('the supervisor refuses to adopt a host that runs or boots something else, or has other values', async () => {
    const adopt = (toplevel: string, digest: string) =>
      untouched.session.call('adopt', [
        ['toplevel', toplevel],
        ['values-digest', digest],
      ]);
    expect((await adopt(untouched.next, 'none')).get('error')).toBe(`drift the host runs ${untouched.running}`);
    expect((await adopt(untouched.running, 'a'.repeat(64))).get('error')).toBe('bad-request the host has other values');
    await untouched.host.read(`ln -sfn ${untouched.next} /nix/var/nix/profiles/system`);
    expect((await adopt(untouched.running, 'none')).get('error')).toBe(`drift the host boots ${untouched.next}`);
    await untouched.host.read('ln -sfn system-1-link /nix/var/nix/profiles/system');
    await untouched.expectUntouched();
  });

  describe('refuses to write to', () => {
    /** Each verb that writes, so that none forgets to look. */
    async function expectRefused(error: string): Promise<void> {
      const id = randomId();
      const both: Header = [
        ['id', id],
        ['toplevel', untouched.next],
      ];
      const receive: Header = [
        ['id', id],
        ['compression', 'none'],
        ['stall-seconds', 5],
      ];
      expect((await untouched.session.call('stage', both, '\n')).get('error')).toBe(error);
      expect((await untouched.session.call('receive', receive)).get('error')).toBe(error);
      expect((await untouched.session.call('verify', [...both, ['all', 'no']], '\n')).get('error')).toBe(error);
      expect((await untouched.session.call('start', untouched.start())).get('error')).toBe(error);
      expect(
        (
          await untouched.session.call('adopt', [
            ['toplevel', untouched.running],
            ['values-digest', 'none'],
          ])
        ).get('error'),
      ).toBe(error);
    }

    it('the supervisor refuses to write to a host that is not NixOS', async () => {
      await untouched.host.read('cd /etc && mv NIXOS NIXOS.away && mv os-release os-release.away');
      expect((await untouched.session.call('inspect')).get('nixos')).toBe('no');
      await expectRefused('not-nixos neither /etc/NIXOS nor ID=nixos in /etc/os-release');
      await untouched.host.read('cd /etc && mv NIXOS.away NIXOS && mv os-release.away os-release');
      await untouched.expectUntouched();
    });

    it('the supervisor refuses to write to a host whose journal is of a newer format', async () => {
      await untouched.host.read('mkdir /var/lib/cdktf-nixos && echo format=2 >/var/lib/cdktf-nixos/journal');
      expect((await untouched.session.call('inspect')).get('host-format')).toBe('2');
      await expectRefused('newer-format the journal has format 2, known here: 1');
      await untouched.host.read('rm -r /var/lib/cdktf-nixos');
      await untouched.expectUntouched();
    });

    it('the supervisor refuses to write to a host whose /nix is read-only', async () => {
      await untouched.host.read('mount -o remount,bind,ro /nix');
      await expectRefused('failed /nix is read-only');
      await untouched.host.read('mount -o remount,bind,rw /nix');
      await untouched.expectUntouched();
    });

    it('the supervisor refuses to write to a host with too little room in /run', async () => {
      await untouched.host.read('fallocate -l 60M /run/filler');
      const free = (await untouched.session.call('inspect')).get('free-run-kib');
      await expectRefused(`no-space /run has ${free} KiB left, 16384 KiB are needed`);
      await untouched.host.read('rm /run/filler');
      await untouched.expectUntouched();
    });

    it('the supervisor refuses to write to a host where the user is not root', async () => {
      const user = await untouched.lab.host({ shape: 'plain', login: 'sudo' });
      await user.install(untouched.running);
      const before = await user.treeHash();
      await user.read('mv /etc/sudoers /etc/sudoers.away');
      const answer = await new SupervisorSession(user, '').call(
        'stage',
        [
          ['id', randomId()],
          ['toplevel', untouched.next],
        ],
        '\n',
      );
      expect([answer.exitCode, answer.get('error')]).toEqual([1, 'not-root deployer may not deploy: root is needed']);
      await user.read('mv /etc/sudoers.away /etc/sudoers');
      expect(await user.treeHash()).toBe(before);
    });
  });
});
