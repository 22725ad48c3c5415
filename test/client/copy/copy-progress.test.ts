import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CopyProgress } from '../../../lib/client/copy/copy-progress';
import { Report } from '../../../lib/client/report/report';

/** A copy to a host that takes so many bytes every 80 seconds; its end is the failure, if there is one. */
async function copyWith(bytes: number, rounds: number): Promise<string | undefined> {
  const progress = new CopyProgress(1024 ** 3, new Report('web', undefined, () => undefined));
  const { signal, clear } = progress.watch();
  const counter = progress.counter();
  counter.resume();
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    counter.write(Buffer.alloc(bytes));
    await vi.advanceTimersByTimeAsync(80_000);
  }
  clear();
  counter.end();
  await once(counter, 'end');
  return (signal.reason as Error | undefined)?.message;
}

describe('a copy', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes on as long as the host takes enough of it', async () => {
    expect(await copyWith(256 * 1024, 50)).toBeUndefined();
  });

  it.each([[0], [1], [64 * 1024]])('fails when the host takes %i bytes now and then', async (bytes) => {
    expect(await copyWith(bytes, 50)).toMatch(/^less than .* could be sent in 90 s$/);
  });
});
