import { expect, it } from 'vitest';
import { describeWithLab } from '../../support/describe-with-lab';
import { useUntouchedHost } from '../../client/support/untouched-host';

describeWithLab('adopt', () => {
  const untouched = useUntouchedHost();

  it('adopt refuses a host that runs or boots something else, or has other delivered files', async () => {
    const adopt = (toplevel: string, digest: string) =>
      untouched.session.call('adopt', [
        ['toplevel', toplevel],
        ['files-digest', digest],
      ]);
    expect((await adopt(untouched.next, 'none')).get('error')).toBe(`drift the host runs ${untouched.running}`);
    expect((await adopt(untouched.running, 'a'.repeat(64))).get('error')).toBe(
      'bad-request the host has other delivered files than this deployment',
    );
    await untouched.host.read(`ln -sfn ${untouched.next} /nix/var/nix/profiles/system`);
    expect((await adopt(untouched.running, 'none')).get('error')).toBe(`drift the host boots ${untouched.next}`);
    await untouched.host.read('ln -sfn system-1-link /nix/var/nix/profiles/system');
    await untouched.expectUntouched();
  });
});
