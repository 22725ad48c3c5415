import { expect, it } from 'vitest';
import { describeWithLab } from '../../support/describe-with-lab';
import { until } from '../../../lab/wait';
import { exported, useStoreSession } from '../support/store-session';

describeWithLab('receive', () => {
  const store = useStoreSession();

  it.each([
    ['zstd', 'zstd'],
    ['gzip', 'gzip'],
    ['none', undefined],
  ])('a stream with compression %s is imported, safe from garbage collection', async (compression, program) => {
    await store.forget();
    const missing = await store.missing();
    const reply = (await store.receive(exported(missing, program), { compression })).ok();
    expect(reply.get('received')).toBe(String(missing.length));
    await store.host.collectGarbage();
    expect(await store.missing()).toEqual([]);
    (await store.verify(missing)).ok();
  });

  it('a stream that is cut off is refused, and the paths that had arrived are kept', async () => {
    await store.forget();
    const missing = await store.missing();
    const stream = exported(missing);
    const reply = await store.receive(stream.subarray(0, Math.floor(stream.length / 2)));
    expect(reply.exitCode).toBe(1);
    expect(reply.get('error')).toMatch(/^failed the import ended: /);
    const still = await store.missing();
    expect(still.length).toBeLessThan(missing.length);
    expect(still).toContain(store.next);
    expect((await store.host.exec(`nix-store --check-validity ${store.next}`)).exitCode).toBe(1);
    expect((await store.verify(still)).get('error')).toMatch(/^damaged /);
    (await store.receive(exported(still))).ok();
    (await store.verify(still)).ok();
  });

  it('a stream of something else is refused', async () => {
    expect((await store.receive(Buffer.from('hello'))).get('error')).toMatch(/^failed the import ended: /);
    expect((await store.receive(Buffer.from('hello'), { compression: 'zstd' })).get('error')).toMatch(
      /^failed the import/,
    );
  });

  it('an import that makes no progress is ended, and frees the locks', async () => {
    await store.forget();
    const missing = await store.missing();
    const stream = exported(missing);
    const began = Date.now();
    const reply = await store.receive(stream.subarray(0, Math.floor(stream.length / 2)), { stall: 2, open: true });
    expect(reply.get('error')).toBe('failed the import ended: it made no progress for 2 s, or was killed');
    expect(Date.now() - began).toBeLessThan(15_000);
    expect(await store.host.processes('nix-store --import')).toEqual([]);
    (await store.receive(exported(await store.missing()))).ok();
  });

  it('one import runs at a time, and one that stalls is ended for the next', async () => {
    await store.forget();
    const missing = await store.missing();
    const stream = exported(missing);
    const first = store.receive(stream.subarray(0, 1000), { stall: 3, open: true });
    await until('the first import runs', 10, async () => (await store.host.processes('nix-store --import')).length > 0);
    store.renew();
    const second = (await store.receive(stream)).ok();
    expect(second.get('waiting')).toBe('copy');
    expect(second.get('received')).toBe(String(missing.length));
    expect((await first).get('error')).toMatch(/^failed the import ended/);
  });

  it('the import of a dead connection is ended when the same client comes again', async () => {
    await store.forget();
    const missing = await store.missing();
    const stream = exported(missing);
    const first = store.receive(stream.subarray(0, 1000), { stall: 100, open: true });
    await until('the first import runs', 10, async () => (await store.host.processes('nix-store --import')).length > 0);
    const again = (await store.receive(stream)).ok();
    expect(again.get('received')).toBe(String(missing.length));
    expect((await first).get('error')).toMatch(/^failed the import ended/);
  });

  it('a full disk is reported, and nothing is switched', async () => {
    await store.forget();
    const missing = await store.missing();
    // With room for our own files, which are on the same disk here.
    await store.host.read('mount -t tmpfs none /var/lib/cdktf-nixos');
    await store.host.fillStore(2);
    const reply = await store.receive(exported(missing));
    expect(reply.get('error')).toMatch(/^no-space the import ended: .*/);
    expect(await store.host.running()).toBe(store.running);
    await store.host.emptyStore();
    await store.host.read('umount /var/lib/cdktf-nixos');
    (await store.receive(exported(await store.missing()))).ok();
  });
});
