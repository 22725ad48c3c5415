import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

const [BEFORE, NEW] = ['a'.repeat(32), 'b'.repeat(32)];
const PASSWORD = 'correct-horse-battery';
const PEM = `-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIB\nrest==\n-----END KEY-----\n`;
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');

describe('what is told of a log', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'redaction-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function keep(generation: string, name: string, content: string | Buffer): void {
    mkdirSync(path.join(folder, generation), { recursive: true });
    writeFileSync(path.join(folder, generation, name), content);
  }

  /** The lines of a log as the client gets them. */
  function told(log: string | Buffer, code = ''): string {
    writeFileSync(path.join(folder, 'log'), log);
    return runFunctions(`open_directory=$1; ${code}\nwithout_secrets <"$1/log"`, folder);
  }

  it.each([BEFORE, NEW])('a secret of each generation is hidden: %s', (generation) => {
    keep(BEFORE, 'other', 'another-secret');
    keep(NEW, 'other', 'another-secret');
    keep(generation, 'token', `${PASSWORD}\n`);
    expect(told(`using ${PASSWORD} and another-secret\n${PASSWORD}\nend\n`)).toBe(
      'using <secret> and <secret>\n<secret>\nend\n',
    );
  });

  it.each([
    ['each line of a key', PEM, PEM.replaceAll('\n', '\r\n  '), '<secret>\r\n'.repeat(5).replaceAll('\n', '\n  ')],
    ['a short secret', ' 4711\n', 'pin 4711.', 'pin <secret>.'],
    ['JSON', 'pa"ss\\wo\trd', '{"p":"pa\\"ss\\\\wo\\trd"}', '{"p":"<secret>"}'],
    ['JSON of Go', 'pass<word>&x', '{"p":"pass\\u003cword\\u003e\\u0026x"}', '{"p":"<secret>"}'],
    ['bytes that are no text', Buffer.from('one-\xe9\0-two', 'latin1'), 'x one-\xe9-two y', 'x <secret> y'],
    ['base64', PASSWORD, `x ${base64(PASSWORD)} y`, 'x <secret> y'],
    ['base64 behind one byte', PASSWORD, base64(`:${PASSWORD}!!`), 'Om<secret>SEh'],
    ['base64 behind two bytes', PASSWORD, base64(`u:${PASSWORD}!`), 'dTp<secret>kh'],
    ['base64 of bytes', Buffer.from([0, 251, 255, 254, 0, 1]), 'x APv//gAB y', 'x <secret> y'],
    ['base64 as in URLs', Buffer.from([1, 251, 255, 254, 0, 1]), 'x Afv__gAB y', 'x <secret> y'],
    ['base64 in lines', 'k'.repeat(99), base64('k'.repeat(99)).replace(/.{76}/g, '$&\n'), '<secret>\n<secret>'],
    ['the beginning of what is cut', PASSWORD, `x ${PASSWORD.slice(0, 16)}`, 'x <secret>'],
    ['what colours divide', PASSWORD, `x correct\u001b[1;31m-horse-\u001b[mbattery y`, 'x <secret> y'],
    ['the end of what is cut', PASSWORD, `${PASSWORD.slice(-16)} y`, '<secret> y'],
  ])('a secret is hidden: %s', (_, secret, log, shown) => {
    keep(NEW, 'token', secret);
    expect(told(Buffer.from(log, 'latin1'))).toBe(`${shown}\n`);
  });

  it('what a secret shares with every text stays', () => {
    keep(NEW, 'token', 'true\nport\nuser\n80\nthe last line\n');
    expect(told('true: user, port 80\nthe last\n')).toBe('true: user, port 80\nthe last\n');
  });

  it('a log stays as it is on a host without secrets', () => {
    expect(told(`\ta  b ${PASSWORD}\n\n%s \\n\n`)).toBe(`\ta  b ${PASSWORD}\n\n%s \\n\n`);
  });

  it('a log that repeats one character is searched for a secret that does, too', () => {
    keep(NEW, 'token', 'x'.repeat(100_000));
    expect(told(`${'x'.repeat(50_000)}\nend\n`)).toBe('<secret>\nend\n');
  });

  it('nothing is told where there are too many secrets to look for', () => {
    for (const name of ['a', 'b', 'c']) keep(NEW, name, name.repeat(500_000));
    expect(told(`${PASSWORD}\n`)).toBe(
      'cdktf-nixos: the log is not shown: the host has more secrets than it can search it for; root finds it on the host\n',
    );
    keep(BEFORE, 'd', 'a'.repeat(500_000));
    rmSync(path.join(folder, NEW, 'c'));
    expect(told(`${PASSWORD}\n`)).toBe(`${PASSWORD}\n`);
  });

  it('a secret that its owner has made larger than the memory is not read', () => {
    keep(NEW, 'token', PASSWORD);
    truncateSync(path.join(folder, NEW, 'token'), 2 ** 40);
    expect(told(`${PASSWORD}\n`)).toBe(
      'cdktf-nixos: the log is not shown: the host has more secrets than it can search it for; root finds it on the host\n',
    );
  });

  it('no program gets a secret as an argument or in its environment', () => {
    keep(NEW, 'token', PASSWORD);
    const record = 'awk() { { printf "%s\\n" "$@"; env; } >"$open_directory/recorded"; command awk "$@"; }';
    expect(told(`${PASSWORD}\n`, record)).toBe('<secret>\n');
    const recorded = readFileSync(path.join(folder, 'recorded'), 'utf8');
    expect(recorded).toContain(path.join(folder, NEW, 'token'));
    expect(recorded).not.toContain(PASSWORD);
  });

  it('a report of a transaction that went back has its log without secrets', () => {
    keep(BEFORE, 'token', PASSWORD);
    writeFileSync(path.join(folder, 'x.log'), `token ${PASSWORD}\n`);
    const code = `open_directory=$1 log_directory=$1 journal_id=x journal_state=rolled-back call=0123456789abcdef
      clear_journal; journal_id=x journal_state=rolled-back; report`;
    expect(runFunctions(code, folder).split('\n')).toContain('@nixos-0123456789abcdef log=token <secret>');
  });
});
