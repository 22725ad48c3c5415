import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../../lib/client/host/workspace';
import { sh } from '../../../lib/private/process';

const SCRIPTS = path.join(__dirname, '..', '..', '..', 'lib', 'client');

describe('the private directory', () => {
  let parent: string;
  beforeEach(() => (parent = mkdtempSync(path.join(tmpdir(), 'workspace-'))));
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('the private directory is in TMPDIR, holds files that only we can read, and is gone when it is closed', async () => {
    const workspace = await Workspace.open(SCRIPTS, { TMPDIR: `${parent}/` });
    workspace.write('ssh_config', 'Host target\n');
    const file = path.join(workspace.directory, 'ssh_config');
    expect(path.dirname(workspace.directory)).toBe(parent);
    expect(readFileSync(file, 'utf8')).toBe('Host target\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await workspace.close();
    expect(existsSync(workspace.directory)).toBe(false);
  });

  it('the private directory is elsewhere when TMPDIR has blanks, is missing or too long for a socket', async () => {
    const blank = path.join(parent, 'a b');
    const long = path.join(parent, 'x'.repeat(60));
    mkdirSync(blank);
    mkdirSync(long);
    for (const TMPDIR of [blank, long, path.join(parent, 'missing'), 'relative', '']) {
      const workspace = await Workspace.open(SCRIPTS, { TMPDIR, XDG_RUNTIME_DIR: parent });
      expect(path.dirname(workspace.directory)).toBe(parent);
      await workspace.close();
    }
  });

  it('the private directory links a private key with what belongs to it', async () => {
    const key = path.join(parent, 'my key');
    for (const suffix of ['', '.pub', '-cert.pub']) writeFileSync(key + suffix, suffix);
    const workspace = await Workspace.open(SCRIPTS, { TMPDIR: parent });
    workspace.link('identity', key);
    for (const suffix of ['', '.pub', '-cert.pub']) {
      const link = path.join(workspace.directory, `identity${suffix}`);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(readFileSync(link, 'utf8')).toBe(suffix);
    }
    await workspace.close();
    expect(existsSync(key)).toBe(true);
  });

  it('the private directory takes the children that still run with it', async () => {
    const workspace = await Workspace.open(SCRIPTS, { TMPDIR: parent });
    const child = sh.start(['-c', 'echo ready; while :; do sleep 0.1; done']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await workspace.close();
    expect((await child).signal).toBe('SIGTERM');
  });

  it('the error for a missing temporary directory has a fix', async () => {
    chmodSync(parent, 0o500);
    const scripts = path.join(parent, 'missing');
    await expect(Workspace.open(scripts, { TMPDIR: parent })).rejects.toMatchObject({
      message: expect.stringContaining('cannot make a private directory: ') as string,
      fix: 'make /tmp writable, or set TMPDIR to a writable directory with a short path without blanks',
    });
  });
});
