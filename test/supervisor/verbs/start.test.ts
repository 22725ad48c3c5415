import { expect, it } from 'vitest';
import { describeWithLab } from '../../support/describe-with-lab';
import { useUntouchedHost } from '../../client/support/untouched-host';

const SOME_PATH = '/nix/store/00000000000000000000000000000000-etc';

describeWithLab('start', () => {
  const untouched = useUntouchedHost();

  it('start refuses a host that runs another system than the client saw', async () => {
    const reply = await untouched.session.call('start', untouched.start({ 'expected-running': untouched.next }));
    expect([reply.exitCode, reply.get('error')]).toEqual([
      1,
      `drift the host runs ${untouched.running}, not ${untouched.next}`,
    ]);
    await untouched.expectUntouched();
  });

  it('start refuses a store path that is not a complete system', async () => {
    const missing = await untouched.session.call('start', untouched.start({ toplevel: SOME_PATH }));
    expect(missing.get('error')).toBe(`damaged ${SOME_PATH} is not complete on the host`);
    const none = await untouched.host.read(`readlink -f ${untouched.next}/etc | sed 's,\\(/nix/store/[^/]*\\).*,\\1,'`);
    const reply = await untouched.session.call('start', untouched.start({ toplevel: none }));
    expect(reply.get('error')).toBe(`damaged ${none}/bin/switch-to-configuration is missing, empty or not executable`);
    await untouched.expectUntouched();
  });
});
