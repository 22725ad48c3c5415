import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { supervisorParts, supervisorText } from '../../scripts/build/supervisor.mjs';
import { assigned, parseShell, read, type ShellFunction, uses } from './support/shell-functions';

const head = readFileSync(path.join(__dirname, '..', '..', 'lib', 'supervisor', 'head.sh'), 'utf8');
const parts = supervisorParts().map(({ name, text }) => ({ name, text, ...parseShell(text) }));
const functions = parts.flatMap(({ name, functions }) => functions.map((each) => ({ part: name, ...each })));

/** What every part may read and set: see head.sh. */
const shared = new Set(assigned(parseShell(head).topLevel.join('\n')));
const isShared = (name: string) => shared.has(name) || name.startsWith('journal_');

function usedBy(part: string, isForeign: (other: string) => boolean): string[] {
  const foreign = functions.filter((each) => isForeign(each.part)).map(({ name }) => name);
  const own = functions.filter((each) => each.part === part);
  return own.flatMap((each) => uses(each, foreign).map((name) => `${each.name} uses ${name}`));
}

describe('the parts of the supervisor', () => {
  it('the parts between head.sh and main.sh hold nothing but functions', () => {
    expect(functions.length).toBeGreaterThan(120);
    expect(parts.filter(({ topLevel }) => topLevel.length > 0)).toEqual([]);
  });

  it('each function is defined once', () => {
    const names = functions.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('the parts make the same functions in any order', () => {
    const reversed = supervisorParts().reverse();
    const byLength = supervisorParts().sort((a, b) => a.text.length - b.text.length);
    const expected = definitions(supervisorText());
    expect(expected).toContain('switch_and_prove ()');
    expect(definitions(supervisorText(reversed))).toBe(expected);
    expect(definitions(supervisorText(byLength))).toBe(expected);
  });

  it.each(parts.filter(({ name }) => name.startsWith('base/')))('$name uses no verb and no transaction', ({ name }) => {
    expect(usedBy(name, (other) => !other.startsWith('base/'))).toEqual([]);
  });

  it.each(parts.filter(({ name }) => name.startsWith('verbs/')))('$name uses base only', ({ name }) => {
    expect(usedBy(name, (other) => other !== name && !other.startsWith('base/'))).toEqual([]);
  });

  it.each(parts.filter(({ name }) => name.startsWith('transaction/')))('$name uses no verb', ({ name }) => {
    expect(usedBy(name, (other) => other.startsWith('verbs/'))).toEqual([]);
  });

  it('the parts share only the variables of head.sh and those of the journal', () => {
    const hidden = functions.flatMap((each) =>
      read(each.code)
        .filter((name) => !isShared(name) && !assigned(each.code).includes(name))
        .map((name) => `${each.name} reads ${name}`),
    );
    expect(hidden).toEqual([]);
  });

  it('the parts share no more variables than the constants, the request and the last failure', () => {
    expect(shared.size).toBeLessThanOrEqual(38);
  });

  it('a variable that is not shared is set in one function only', () => {
    const setters = new Map<string, string[]>();
    for (const each of functions.filter(({ subshell }) => !subshell)) {
      for (const name of assigned(each.code).filter((name) => !isShared(name))) {
        setters.set(name, [...(setters.get(name) ?? []), each.name]);
      }
    }
    expect([...setters].filter(([, by]) => by.length > 1)).toEqual([]);
  });

  it('no part sets a constant of head.sh', () => {
    const requestFields = new Set(assigned(head.slice(head.indexOf("verb=''"))));
    const constants = [...shared].filter((name) => !requestFields.has(name));
    expect(constants).toContain('journal');
    const set = functions.flatMap((each: ShellFunction) => assigned(each.code));
    expect(constants.filter((name) => set.includes(name))).toEqual([]);
  });

  it('a function has at most 31 lines, and a part at most 250', () => {
    expect(functions.filter(({ code }) => code.trimEnd().split('\n').length > 31).map(({ name }) => name)).toEqual([]);
    expect(parts.filter(({ text }) => text.split('\n').length > 250).map(({ name }) => name)).toEqual([]);
  });
});

/** The functions as bash reads them, in the order of their names. The last line would run the script. */
function definitions(text: string): string {
  const program = `${text.replace(/main "\$@"\n$/, '')}\ndeclare -f\n`;
  return execFileSync('bash', ['--posix', '-c', program], { encoding: 'utf8' });
}
