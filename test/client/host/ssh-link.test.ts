import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SshLink } from '../../../lib/client/host/ssh-link';
import type { Workspace } from '../../../lib/client/host/workspace';
import { connection } from '../support/job';

describe('the link to a host whose ssh cannot be ended politely', () => {
  let directory: string;
  let link: SshLink;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'link-'));
    vi.stubEnv('PATH', `${path.join(directory, 'bin')}:${process.env.PATH}`);
    const workspace = {
      directory,
      write: (name: string, text: string) => writeFileSync(path.join(directory, name), text),
      link: (name: string, file: string) => symlinkSync(file, path.join(directory, name)),
    };
    link = new SshLink(connection({ connectTimeoutSeconds: 1, bootTimeoutSeconds: 1 }), workspace as Workspace);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    process.kill(Number(readFileSync(path.join(directory, 'holder'), 'utf8')), 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  /** An ssh that logs in, ignores TERM, and has a child that keeps its pipes, as a program of a jump host may. */
  function installSsh(): void {
    const program = path.join(directory, 'bin', 'ssh');
    mkdirSync(path.dirname(program));
    writeFileSync(
      program,
      `#!/bin/sh
[ "$1" != -V ] || exit 0
trap '' TERM
sleep 60 &
echo "$!" >'${directory}/holder'
touch '${directory}/m'
wait
`,
    );
    chmodSync(program, 0o755);
  }

  it('a link that is closed does not wait for what its ssh left', { timeout: 20_000 }, async () => {
    installSsh();
    await link.open(() => undefined);
    await expect(link.close()).resolves.toBeUndefined();
  });
});

describe('an ssh that does not work on the machine that applies', () => {
  it.each([
    ['by a user without an entry in passwd', 'No user exists for uid 54321', 255],
    ['without its libraries', 'ssh: error while loading shared libraries: libz.so.1: cannot open', 127],
  ])('no host is waited for by an ssh %s', { timeout: 10_000 }, async (_what, words, status) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'link-'));
    mkdirSync(path.join(directory, 'bin'));
    writeFileSync(path.join(directory, 'bin', 'ssh'), `#!/bin/sh\necho '${words}' >&2\nexit ${status}\n`, {
      mode: 0o755,
    });
    vi.stubEnv('PATH', `${path.join(directory, 'bin')}:${process.env.PATH}`);
    const workspace = { directory, write: () => undefined, link: () => undefined } as unknown as Workspace;
    const link = new SshLink(connection({ bootTimeoutSeconds: 120 }), workspace);
    const tries: unknown[] = [];
    const failure = await link.open((...tried) => tries.push(tried)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'local', message: words });
    expect(tries).toEqual([]);
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });
});
