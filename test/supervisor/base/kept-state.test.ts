import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { secretOn, systemWithSecrets } from '../support/secrets';
import { superviseHost } from '../support/supervised-host';
import type { SupervisorSession } from '../support/supervisor-session';

const BASE = systemWithSecrets(['token']);
const STATE = path.join(__dirname, '..', '..', '..', 'nix', 'modules', 'state.nix');
const KEEPING = {
  ...BASE,
  imports: [...(BASE.imports as readonly string[]), STATE],
  'cdktf-nixos': { secrets: { token: {} }, values: { some: {} }, keepStateIn: '/nix/persist/cdktf-nixos' },
};

/** What a restart does to a host that keeps only /nix. */
const FORGET = `
  mkdir /run/root && mount --bind / /run/root
  rm -rf /run/root/var/lib/cdktf-nixos /run/root/var/lib/systemd
  umount /run/root && rmdir /run/root`;

describeWithLab('a host that keeps only /nix', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let one: string;
  let two: string;

  beforeAll(async () => {
    const changed = { ...KEEPING, environment: { etc: { changed: { text: 'x' } } } };
    const supervised = await superviseHost('systemd', { one: KEEPING, two: changed });
    ({ lab, host, session } = supervised);
    ({ one, two } = supervised.systems);
  });
  afterAll(() => lab?.destroy());

  async function restart(): Promise<void> {
    await host.read(FORGET);
    await host.powerCut();
    await host.boot();
  }

  const value = () => host.read('cat /var/lib/cdktf-nixos/values/current/some.json');

  it('its journal, values and secrets are there after a restart, and belong to the system that runs', async () => {
    await session.deploy(one, { secrets: { token: 'token-1' }, values: { some: '1' } });
    expect(await host.read('cat /nix/persist/cdktf-nixos/values/committed/.files')).toContain(
      'secret token root root 0400 - plain',
    );
    const before = (await session.call('inspect')).ok();
    await restart();
    const after = (await session.call('inspect')).ok();
    for (const key of ['state', 'committed', 'files-digest']) expect(after.get(key)).toBe(before.get(key));
    expect([await secretOn(host, 'token'), await value()]).toEqual(['token-1', '1']);
    expect(await host.unitActive('read-token.service')).toBe(true);
  });

  it('a power cut while it waits brings back those of before', async () => {
    await session.start(two, { secrets: { token: 'token-2' }, values: { some: '2' } });
    expect([await secretOn(host, 'token'), await value()]).toEqual(['token-2', '2']);
    await restart();
    expect([await secretOn(host, 'token'), await value()]).toEqual(['token-1', '1']);
    await session.deploy(two, { secrets: { token: 'token-3' }, values: { some: '3' } });
    await restart();
    expect([await secretOn(host, 'token'), await value(), await host.running()]).toEqual(['token-3', '3', two]);
  });
});
