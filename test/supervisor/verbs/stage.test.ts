import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { describeWithLab } from '../../support/describe-with-lab';
import { useStoreSession } from '../support/store-session';
import { SUPERVISOR } from '../support/supervisor-session';

describeWithLab('stage', () => {
  const store = useStoreSession();

  it('stage reports the missing paths, and roots both systems before the first arrives', async () => {
    await store.forget();
    const missing = await store.missing();
    expect(missing).toContain(store.next);
    expect(missing.length).toBeGreaterThan(4);
    expect(missing.every((path) => store.closure.includes(path))).toBe(true);
    const roots = await store.host.read('cd /nix/var/nix/gcroots/cdktf-nixos && for f in *; do readlink $f; done');
    expect(roots.split('\n').sort()).toEqual([store.next, store.running].sort());
    const hash = createHash('sha256').update(SUPERVISOR).digest('hex');
    expect(await store.host.read('cd /var/lib/cdktf-nixos/supervisor && sha256sum *')).toBe(`${hash}  ${hash}.sh`);
  });

  it('stage removes secrets that a killed start has left', async () => {
    const left = ['/run/cdktf-nixos-secrets', '/var/lib/cdktf-nixos/secrets', '/var/lib/cdktf-nixos/values'].map(
      (directory) => `${directory}/${'b'.repeat(32)}`,
    );
    await store.host.read(`mkdir -p ${left.join(' ')}; echo left >${left[0]}/token`);
    await store.missing();
    expect(await store.host.read(`ls -d ${left.join(' ')} 2>/dev/null || true`)).toBe('');
  });
});
