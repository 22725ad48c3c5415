import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

/** Stands in for a systemd whose units are named after their states. Every secret differs. */
const HOST = `
  request=$1
  has_systemd() { true; }
  differs() { true; }
  limit_of_transaction() { echo 9; }
  bounded() { shift; echo "$*"; }
  systemctl() { case "$*" in *ActiveState*) unit=\${5%.service}; echo "$unit" ;; *) echo run ;; esac; }
  note_runs
  renew_units before after | grep ^systemctl`;

describe('units whose secrets differ', () => {
  let request: string;
  beforeEach(() => {
    request = mkdtempSync(path.join(tmpdir(), 'request-'));
  });
  afterEach(() => rmSync(request, { recursive: true }));

  function renewed(...header: readonly string[]): string {
    writeFileSync(path.join(request, 'header'), header.map((line) => `${line}\n`).join(''));
    return runFunctions(`${HOST} || true`, request);
  }

  it.each(['failed', 'activating', 'deactivating'])(
    'one that is %s cannot be reloaded, so it is restarted',
    (state) => {
      const header = [`reload=secret token ${state}.service`, 'reload=secret token active.service'];
      expect(renewed(...header)).toBe(`systemctl restart -- ${state}.service\nsystemctl reload -- active.service\n`);
    },
  );

  it('one that does not run is left alone', () => {
    expect(renewed('reload=secret token inactive.service', 'restart=secret token inactive.service')).toBe('');
  });

  it('one that has failed is restarted once, when it is named for both', () => {
    const header = ['reload=secret token failed.service', 'restart=secret token failed.service'];
    expect(renewed(...header)).toBe('systemctl restart -- failed.service\n');
  });
});
