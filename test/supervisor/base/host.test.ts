import { expect, it } from 'vitest';
import { describeWithLab } from '../../support/describe-with-lab';
import { type Header, randomId, SupervisorSession } from '../support/supervisor-session';
import { useUntouchedHost } from '../../client/support/untouched-host';

describeWithLab('a host that is not fit for a deployment', () => {
  const untouched = useUntouchedHost();

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
          ['files-digest', 'none'],
        ])
      ).get('error'),
    ).toBe(error);
  }

  it('a host that is not NixOS is not written to', async () => {
    await untouched.host.read('cd /etc && mv NIXOS NIXOS.away && mv os-release os-release.away');
    expect((await untouched.session.call('inspect')).get('nixos')).toBe('no');
    await expectRefused('not-nixos the host is not NixOS: it has neither /etc/NIXOS nor ID=nixos in /etc/os-release');
    await untouched.host.read('cd /etc && mv NIXOS.away NIXOS && mv os-release.away os-release');
    await untouched.expectUntouched();
  });

  it('a host whose journal has a newer format is not written to', async () => {
    await untouched.host.read('mkdir /var/lib/cdktf-nixos && echo format=3 >/var/lib/cdktf-nixos/journal');
    expect((await untouched.session.call('inspect')).get('host-format')).toBe('3');
    await expectRefused('newer-format the journal on the host has format 3, this version knows formats up to 2');
    await untouched.host.read('rm -r /var/lib/cdktf-nixos');
    await untouched.expectUntouched();
  });

  it('a host whose /nix is read-only is not written to', async () => {
    await untouched.host.read('mount -o remount,bind,ro /nix');
    await expectRefused('failed /nix is read-only');
    await untouched.host.read('mount -o remount,bind,rw /nix');
    await untouched.expectUntouched();
  });

  it('a host with too little room in /run is not written to', async () => {
    await untouched.host.read('fallocate -l 60M /run/filler');
    const free = (await untouched.session.call('inspect')).get('free-run-kib');
    await expectRefused(`no-run-space /run has ${free} KiB left, 16384 KiB are needed`);
    await untouched.host.read('rm /run/filler');
    await untouched.expectUntouched();
  });

  it('a host where the user is not root is not written to', async () => {
    const user = await untouched.lab.host({ shape: 'plain', login: 'sudo' });
    await user.install(untouched.running);
    const before = await user.treeHash();
    await user.read('mv /etc/sudoers /etc/sudoers.away');
    const reply = await new SupervisorSession(user, '').call(
      'stage',
      [
        ['id', randomId()],
        ['toplevel', untouched.next],
      ],
      '\n',
    );
    expect([reply.exitCode, reply.get('error')]).toEqual([
      1,
      'not-root deployer is not root, and only root may deploy',
    ]);
    await user.read('mv /etc/sudoers.away /etc/sudoers');
    expect(await user.treeHash()).toBe(before);
  });
});
