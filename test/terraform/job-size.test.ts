import { Lazy } from 'cdktf';
import { describe, expect, test } from 'vitest';
import { refuseOversizedJob } from '../../lib/terraform/job-size';

const LIMIT = 131072;
const FRAME = 'CDKTF_NIXOS_JOB='.length + 1;
const EMPTY = JSON.stringify({ values: '' }).length;
const fits = LIMIT - FRAME - EMPTY;

describe('a job is one environment variable', () => {
  test('the largest one that Linux takes is taken', () => {
    refuseOversizedJob('stack/web-system', { values: 'x'.repeat(fits) });
  });

  test('a byte more is refused with path, size, limit and fix', () => {
    expect(() => refuseOversizedJob('stack/web-system', { values: 'x'.repeat(fits + 1) })).toThrow(
      '[stack/web-system] values: got 131073 bytes, with the rest of what the deployment is told, ' +
        'expected at most 131072 bytes, the longest environment variable on Linux; ' +
        'put large data into the configuration, or give only where the host finds it',
    );
  });

  test('other letters count as the escapes that they become', () => {
    expect(() => refuseOversizedJob('stack/web-system', { values: 'ä'.repeat(fits / 5) })).toThrow('bytes');
  });

  test('what is known only at apply counts as nothing', () => {
    refuseOversizedJob('stack/web-system', { values: Lazy.stringValue({ produce: () => 'x' }).repeat(5000) });
  });
});
