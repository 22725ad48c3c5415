import { describe, expect, it } from 'vitest';
import { DeployedValues } from '../../../lib/client/host/delivered-values';

const value = (content: unknown, restartUnits: string[] = []) => ({ value: content, restartUnits });

describe('values on their way to a host', () => {
  it('values are announced with their sizes and units, and follow as bytes in the same order', () => {
    const values = new DeployedValues({ b: value('ü', ['b.service', 'c.socket']), a: value({ y: 1, x: [true] }) });
    expect(values.header).toEqual([
      ['value', 'a 19'],
      ['value', 'b 5'],
      ['restart', 'b b.service'],
      ['restart', 'b c.socket'],
    ]);
    expect(values.payload.toString()).toBe('{"x":[true],"y":1}\n"ü"\n');
  });

  it('values have one digest for one content, whatever the order of keys', () => {
    const digest = new DeployedValues({ a: value({ x: 1, y: 2 }), b: value(null) }).digest;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(new DeployedValues({ b: value(null), a: value({ y: 2, x: 1 }) }).digest).toBe(digest);
    expect(new DeployedValues({ a: value({ x: 1, y: 3 }), b: value(null) }).digest).not.toBe(digest);
    expect(new DeployedValues({ a: value({ x: 1, y: 2 }), c: value(null) }).digest).not.toBe(digest);
  });

  it('the digest of no values is "none"', () => {
    expect(new DeployedValues({}).digest).toBe('none');
  });
});
