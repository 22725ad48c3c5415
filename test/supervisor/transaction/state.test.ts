import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

describe('the activation limit of a stored request', () => {
  let request: string;
  beforeEach(() => (request = mkdtempSync(path.join(tmpdir(), 'request-'))));
  afterEach(() => rmSync(request, { recursive: true }));

  /** As finalize uses it: an arithmetic error would end the shell. */
  const waitsFor = () => runFunctions('request=$1; echo "$(($(limit_of_transaction) + 90))"', request).trim();

  it.each([
    ['goal=switch\nactivation-seconds=20\nconfirm-seconds=9\n', '110'],
    ['activation-seconds=20\nactivation-seconds=30\n', '120'],
    ['activation-seconds=20\nactivation-seconds=\n', '390'],
    ['activation-seconds=08\n', '390'],
    ['activation-seconds=20s\n', '390'],
    ['goal=switch\n', '390'],
    ['', '390'],
  ])('the limit in a stored request of %j gives a wait of %s s', (header, seconds) => {
    writeFileSync(path.join(request, 'header'), header);
    expect(waitsFor()).toBe(seconds);
  });

  it('the limit of a request that is not there is the default', () => {
    expect(waitsFor()).toBe('390');
  });
});
