import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { copyArguments, NixCopier } from '../../../lib/client/copy/nix-copier';
import { escalationNamed } from '../../../lib/job/escalation';
import { Report } from '../../../lib/client/report/report';
import { TOPLEVEL } from '../support/job';

it('a copy with nix bounds the receiving process on the host', () => {
  expect(copyArguments(TOPLEVEL, 600, escalationNamed('none'))).toEqual([
    '--extra-experimental-features',
    'nix-command',
    'copy',
    '--no-check-sigs',
    '--to',
    'ssh://target?remote-program=timeout%20-k%205%20600%20nix-store',
    TOPLEVEL,
  ]);
});

it('a copy with nix is received as root when the user is not root', () => {
  expect(copyArguments(TOPLEVEL, 600, escalationNamed('sudo'))).toContain(
    'ssh://target?remote-program=sudo%20-n%20timeout%20-k%205%20600%20nix-store',
  );
});

it('a copy with nix ends at its limit although something else holds its pipes', { timeout: 15_000 }, async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'nix-'));
  const holder = path.join(directory, 'holder');
  writeFileSync(path.join(directory, 'nix'), `#!/bin/sh\nsleep 60 &\necho $! >'${holder}'\nwait\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  try {
    const copier = new NixCopier('/nowhere', escalationNamed('none'), new Report('web', undefined, () => undefined));
    const failure = copier.copy({ toplevel: TOPLEVEL, missing: [TOPLEVEL], bytes: 0 }).catch((error: unknown) => error);
    await vi.waitUntil(() => readHolder(holder) !== undefined, { timeout: 5000, interval: 20 });
    await vi.advanceTimersByTimeAsync(601_000);
    expect(await failure).toMatchObject({ message: 'nix copy did not finish within 600 s' });
  } finally {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    process.kill(readHolder(holder)!, 'SIGKILL');
    rmSync(directory, { recursive: true });
  }
});

function readHolder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
