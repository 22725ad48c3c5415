import { expect, it } from 'vitest';
import { describeWithLab } from '../../support/describe-with-lab';
import { useUntouchedHost } from '../../client/support/untouched-host';

describeWithLab('inspect', () => {
  const untouched = useUntouchedHost();

  it('inspect reports what a host is, and changes nothing', async () => {
    const reply = (await untouched.session.call('inspect')).ok();
    expect(Object.fromEntries(reply.events)).toMatchObject({
      'host-format': 'none',
      uid: '0',
      nixos: 'yes',
      systemd: 'no',
      system: `${(await untouched.host.read('uname -m')).trim()}-linux`,
      running: untouched.running,
      profile: untouched.running,
      generation: '1',
      etc: 'yes',
      unsettled: 'no',
      'files-shown': 'yes',
      state: 'none',
      transaction: '',
      committed: '',
      'files-digest': 'none',
      lock: 'free',
      architecture: (await untouched.host.read('uname -m')).trim(),
      'failed-units': '0',
      boots: 'unknown',
      drift: '',
      'drift-by': 'root',
      'reboot-pending': 'no',
      'owner-project': '',
      compression: 'zstd gzip none',
      end: 'inspect',
    });
    expect(Number(reply.get('free-store-kib'))).toBeGreaterThan(1000);
    expect(Number(reply.get('free-run-kib'))).toBeGreaterThan(1000);
    for (const place of ['root', 'run', 'store', 'state']) {
      expect(Number(reply.get(`free-${place}-kib`))).toBeGreaterThan(1000);
      expect(reply.get(`free-${place}-inodes`)).toMatch(/^\d*$/);
      expect(reply.get(`${place}-file-system`)).toMatch(/^\S+$/);
    }
    for (const time of ['since', 'profile-since']) expect(Date.parse(reply.get(time)!)).toBeGreaterThan(1.7e12);
    expect(reply.get('boot-id')).toMatch(/^[0-9a-f-]{36}\.[0-9]+$/);
    await untouched.expectUntouched();
  });
});
