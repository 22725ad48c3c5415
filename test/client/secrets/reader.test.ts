import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readCommand } from '../../../lib/client/secrets/command';
import { readSecret } from '../../../lib/client/secrets/reader';
import { Unreadable } from '../../../lib/client/secrets/unreadable';
import type { SecretOrigin } from '../../../lib/job/secret-fields';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'secrets-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const read = (origin: SecretOrigin) => readSecret(origin, process.env);
const command = (...argv: string[]) => read({ kind: 'command', argv });
const sh = (script: string) => command('sh', '-c', script, 'sh', folder);

/** Writes a file of the test, and gives its path. */
function file(name: string, content: string | Buffer, mode = 0o600): string {
  const place = path.join(folder, name);
  writeFileSync(place, content, { mode });
  return place;
}

/** What a refusal says, in three parts. */
async function refusalOf(reading: Promise<Buffer>): Promise<{ given: string; expected: string; fix: string }> {
  const error = await reading.then(
    (content) => new Error(`it was read: ${content.toString()}`),
    (refusal: unknown) => refusal,
  );
  if (!(error instanceof Unreadable)) throw error;
  return error.problem;
}

describe('a file', () => {
  const bytes = Buffer.from([0, 255, 0x41, 10, 10]);

  it('a file is read byte for byte, also when others may read it', async () => {
    expect(await read({ kind: 'file', file: file('token', bytes, 0o644) })).toEqual(bytes);
  });

  it('a file is found from the home of the user, and from the folder that Terraform runs in', async () => {
    const place = file('token', 'hunter2\n');
    vi.stubEnv('HOME', folder);
    expect((await read({ kind: 'file', file: '~/token' })).toString()).toBe('hunter2\n');
    expect((await read({ kind: 'file', file: path.relative(process.cwd(), place) })).toString()).toBe('hunter2\n');
  });

  it('a file has at most 1 MiB', async () => {
    expect(await read({ kind: 'file', file: file('most', Buffer.alloc(1024 * 1024, 1)) })).toHaveLength(1024 * 1024);
    const place = file('more', Buffer.alloc(1024 * 1024 + 1, 1));
    expect((await refusalOf(read({ kind: 'file', file: place }))).given).toBe(
      `file "${place}", which has 1048577 bytes`,
    );
  });

  it('a file that is missing is named as it was given and as it was looked for', async () => {
    vi.stubEnv('HOME', folder);
    expect(await refusalOf(read({ kind: 'file', file: '~/none' }))).toEqual({
      given: `file "~/none" ("${folder}/none"), which does not exist`,
      expected: 'a file of 1 byte to 1 MiB',
      fix: 'put it there before the apply, or correct the path of SecretSource.file',
    });
  });

  it('a file of the project that is missing is named by its whole path alone, not as seen from the stack', async () => {
    const given = refusalOf(read({ kind: 'file', file: '../../../secrets/none' }));
    expect((await given).given).toBe(`file "${path.resolve('../../../secrets/none')}", which does not exist`);
  });

  it.each([
    ['a directory', () => folder, 'is a directory'],
    ['an empty file', () => file('empty', ''), 'is empty'],
    ['a path below a file', () => path.join(file('token', 'x'), 'token'), 'does not exist'],
    ['a device', () => '/dev/null', 'is not a regular file'],
    ['a FIFO', () => fifo(), 'is not a regular file'],
  ])('%s is refused', async (_, place, flaw) => {
    const given = place();
    expect((await refusalOf(read({ kind: 'file', file: given }))).given).toBe(`file "${given}", which ${flaw}`);
  });

  function fifo(): string {
    const place = path.join(folder, 'fifo');
    execFileSync('mkfifo', [place]);
    return place;
  }
});

describe('a command', () => {
  it.each([
    ['one\\n', 'one'],
    ['one\\r\\n', 'one'],
    ['one\\n\\n', 'one\n'],
    ['one', 'one'],
    ['\\000\\377\\n', '\0\xff'],
  ])('what a command prints is read without one line end: %s', async (printed, content) => {
    expect((await sh(`printf '${printed}'`)).toString('latin1')).toBe(content);
  });

  it('a command has the environment of the user without our job, no input and no terminal', async () => {
    vi.stubEnv('VAULT_TOKEN', 'v');
    vi.stubEnv('CDKTF_NIXOS_JOB', 'the job');
    const script = 'cat; (: </dev/tty) 2>/dev/null && echo terminal; echo "$VAULT_TOKEN ${CDKTF_NIXOS_JOB-no job}"';
    expect((await sh(script)).toString()).toBe('v no job');
  });

  it('no shell is between us and a command', async () => {
    expect((await command('printf', '%s', '$HOME; `id` *')).toString()).toBe('$HOME; `id` *');
  });

  it('a command that fails is named by its program alone', async () => {
    expect(await refusalOf(sh('echo hunter2; exit 3'))).toEqual({
      given: 'the program "sh", which ended with status 3',
      expected: 'a program that prints 1 byte to 1 MiB and ends with status 0',
      fix: 'run it as the user who applies, in the folder of the stack: here it has no input and no terminal, so it cannot ask for a passphrase (unlock a password store or an agent before the apply)',
    });
  });

  it.each([
    ['is ended by a signal', 'kill -9 $$', 'the program "sh", which was ended by SIGKILL'],
    ['prints too much', 'cat /dev/zero', 'the program "sh", which printed more than 1 MiB'],
    ['prints nothing', ':', 'the output of the command, which is empty'],
    ['prints a line end', 'echo', 'the output of the command, which is empty'],
    ['prints blanks', 'echo "  "', 'the output of the command, which is only white space'],
  ])('a command that %s is refused', async (_, script, given) => {
    expect((await refusalOf(sh(script))).given).toBe(given);
  });

  it('a program that is missing is refused with what to do', async () => {
    expect(await refusalOf(command('no-such-program', 'x'))).toEqual({
      given: 'the program "no-such-program", which is not installed or not on PATH',
      expected: 'a program that prints 1 byte to 1 MiB',
      fix: 'install it on the machine that applies, or give its absolute path',
    });
  });

  it('a program that may not be run is refused', async () => {
    const place = file('get', '#!/bin/sh\n', 0o644);
    expect((await refusalOf(command(place))).given).toBe(`the program "${place}", which cannot be started (EACCES)`);
  });

  it('a command that takes too long is ended with all that it started', async () => {
    const script = 'sleep 600 & echo "$!" >"$1/pid"; wait';
    const reading = readCommand(['sh', '-c', script, 'sh', folder], 1);
    expect((await refusalOf(reading)).given).toBe('the program "sh", which did not finish within 1 s');
    const state = () => execFileSync('sh', ['-c', 'ps -o stat= -p "$(cat "$0/pid")" || echo gone', folder]).toString();
    await expect.poll(state).toMatch(/^(gone|Z)/);
  });

  it('a command that leaves a process with its output behind is not waited for without end', async () => {
    const reading = readCommand(['sh', '-c', 'sleep 600 & echo hunter2'], 1);
    expect((await refusalOf(reading)).given).toBe('the program "sh", which did not finish within 1 s');
  });
});

describe('a variable and a value of Terraform', () => {
  it('a variable is read without one line end', async () => {
    vi.stubEnv('TOKEN', 'pässword\n\n');
    expect((await read({ kind: 'environment', name: 'TOKEN' })).toString()).toBe('pässword\n');
  });

  it('a variable that is missing is refused with what to do', async () => {
    expect(await refusalOf(read({ kind: 'environment', name: 'NO_SUCH_TOKEN' }))).toEqual({
      given: 'the variable NO_SUCH_TOKEN, which is not set',
      expected: 'a variable of 1 byte to 1 MiB',
      fix: 'export NO_SUCH_TOKEN where terraform or cdktf is started',
    });
  });

  it('a variable of bytes that are no text is refused, because some of them are lost', async () => {
    const script = "TOKEN=$(printf 'hunter2\\377') exec node -p process.env.TOKEN";
    vi.stubEnv('TOKEN', execFileSync('sh', ['-c', script], { encoding: 'utf8' }));
    expect(await refusalOf(read({ kind: 'environment', name: 'TOKEN' }))).toEqual({
      given: 'the variable TOKEN, which is not in UTF-8',
      expected: 'a text',
      fix: 'give the bytes by SecretSource.file or SecretSource.command',
    });
  });

  it('a variable that is empty is refused', async () => {
    vi.stubEnv('TOKEN', '');
    expect((await refusalOf(read({ kind: 'environment', name: 'TOKEN' }))).given).toBe('the variable, which is empty');
  });

  it('a value of Terraform is taken as it is', async () => {
    expect((await read({ kind: 'terraform', value: 'pässword\n' })).toString()).toBe('pässword\n');
    expect((await refusalOf(read({ kind: 'terraform', value: '' }))).given).toBe(
      'the value of Terraform, which is empty',
    );
  });
});

describe('sops and age without their programs', () => {
  beforeEach(() => {
    mkdirSync(path.join(folder, 'bin'));
    mkdirSync(path.join(folder, '.ssh'));
    vi.stubEnv('PATH', path.join(folder, 'bin'));
    vi.stubEnv('HOME', folder);
  });

  /** A program that prints its arguments. */
  function program(name: string): void {
    const place = file(path.join('bin', name), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    chmodSync(place, 0o755);
  }

  it('sops gets the names on the way to the entry, and the whole path of its file', async () => {
    program('sops');
    const origin = { kind: 'sops', file: '~/-secrets.yaml', key: ['db', 'the password'] } as const;
    expect((await read(origin)).toString()).toBe(
      `decrypt\n--extract\n["db"]["the password"]\n${folder}/-secrets.yaml\n`,
    );
  });

  it('age gets the identities that are named, and the whole path of its file', async () => {
    program('age');
    const origin = { kind: 'age', file: '~/token.age', identityFiles: ['~/key.txt', '/etc/key'] } as const;
    expect((await read(origin)).toString()).toBe(
      `--decrypt\n-i\n${folder}/key.txt\n-i\n/etc/key\n${folder}/token.age\n`,
    );
  });

  it('age gets those of the usual keys of ssh that exist', async () => {
    program('age');
    file('.ssh/id_rsa', 'x');
    const origin = { kind: 'age', file: '/token.age', identityFiles: [] } as const;
    expect((await read(origin)).toString()).toBe(`--decrypt\n-i\n${folder}/.ssh/id_rsa\n/token.age\n`);
  });

  it('age without any identity is not started', async () => {
    expect(await refusalOf(read({ kind: 'age', file: 'token.age', identityFiles: [] }))).toEqual({
      given: 'no identity of age, and neither ~/.ssh/id_ed25519 nor ~/.ssh/id_rsa',
      expected: 'the file of an identity that can decrypt the secret',
      fix: 'name it: SecretSource.age(file, ["~/.config/age/key.txt"])',
    });
  });

  it.each([
    [{ kind: 'sops', file: 'a.yaml', key: ['a'] }, 'sops', 'install sops 3.9 or newer on the machine that applies'],
    [{ kind: 'age', file: 'a.age', identityFiles: ['k'] }, 'age', 'install age on the machine that applies'],
  ] as const)('a program that is missing is refused with what to do: %o', async (origin, name, fix) => {
    expect(await refusalOf(read(origin))).toMatchObject({
      given: `the program "${name}", which is not installed or not on PATH`,
      fix,
    });
  });
});
