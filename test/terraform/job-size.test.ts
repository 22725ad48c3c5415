import { Lazy } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { refuseOversizedJob } from '../../lib/terraform/job-size';

const LIMIT = 131072;
const FRAME = 'CDKTF_NIXOS_JOB='.length + 1;
const EMPTY = JSON.stringify({ values: '' }).length;
const fits = LIMIT - FRAME - EMPTY;

describe('a job is one environment variable', () => {
  it('the largest job that Linux takes is accepted', () => {
    refuseOversizedJob('stack/web-system', { values: 'x'.repeat(fits) });
  });

  it('a job of one byte more is refused with path, size, limit and fix', () => {
    expect(() => refuseOversizedJob('stack/web-system', { values: 'x'.repeat(fits + 1) })).toThrow(
      '[stack/web-system] values: got 131073 bytes for the whole job, of which this is the largest part, ' +
        'expected at most 131072 bytes, the longest environment variable on Linux; ' +
        'put large data into the configuration or an object store, and give its location',
    );
  });

  it('a letter outside of ASCII counts as the escapes that it becomes', () => {
    expect(() => refuseOversizedJob('stack/web-system', { values: 'ä'.repeat(fits / 5) })).toThrow('bytes');
  });

  it('a value that is known only at apply counts as nothing', () => {
    refuseOversizedJob('stack/web-system', { values: Lazy.stringValue({ produce: () => 'x' }).repeat(5000) });
  });
});
