import { describe, expect, it } from 'vitest';
import { DeployError } from '../../../lib/client/report/deploy-error';
import { Report } from '../../../lib/client/report/report';
import { runFunctions } from '../../supervisor/support/supervisor-functions';

function printed(use: (report: Report) => void, values?: unknown): string {
  let text = '';
  use(new Report('web', values, (line) => (text += line)));
  return text;
}

describe('the report', () => {
  it('a report names the machine and the step in each line', () => {
    expect(printed((report) => report.step('copy', '3 paths'))).toBe('web: copy: 3 paths\n');
  });

  it('a report has the three parts of a failure after its log', () => {
    const error = new DeployError({ status: 1, what: 'it broke', host: 'runs X', fix: 'mend it', log: ['a', 'b'] });
    expect(printed((report) => report.failure(error))).toBe(
      'web: log: a\nweb: log: b\nweb: failed: it broke\nweb: host: runs X\nweb: to do: mend it\n',
    );
  });

  it('a report disarms what a CI system or a terminal would obey, and still finds a value in it', () => {
    const hostile = 'a\u202eb ##vso[task.setvariable]\u001b[2J ::topsecret';
    expect(printed((report) => report.relay('log', hostile), { key: '::topsecret' })).toBe(
      'web: log: a\\u202eb # #vso[task.setvariable] <value>\n',
    );
  });

  it('a report hides a value that turns up in a line of another program', () => {
    const values = { db: { value: { password: 'hunter22', port: 5432 }, restartUnits: [] } };
    expect(printed((report) => report.relay('log', 'db: hunter22 at 5432'), values)).toBe(
      'web: log: db: <value> at 5432\n',
    );
  });

  it('a report hides each line of a value of several lines', () => {
    const values = { key: { value: '-----BEGIN-----\nabcdefghi\n', restartUnits: [] } };
    expect(printed((report) => report.relay('log', 'bad key abcdefghi'), values)).toBe('web: log: bad key <value>\n');
  });

  it('a report hides the lines of a value with the line ends of Windows', () => {
    const values = { key: '-----BEGIN-----\r\n  abcdefghi  \r\n' };
    expect(printed((report) => report.relay('log', 'bad key abcdefghi'), values)).toBe('web: log: bad key <value>\n');
  });

  /** A line of a log as the host prints it. */
  const printedByHost = (line: string) =>
    runFunctions('call=c0; printf "%s\\n" "$1" | events log', line).replace('@nixos-c0 log=', '').trimEnd();

  it.each([
    ['a tab', '\t'],
    ['DEL', '\u007f'],
    ['a carriage return', '\r'],
    ['a control character', '\u0001'],
    ['a line separator of Unicode', '\u2028'],
    ['U+0085', '\u0085'],
    ['a soft hyphen', '\u00ad'],
    ['a blank without width', '\u200b'],
    ['an Arabic mark', '\u061c'],
    ['a Hangul filler', '\u3164'],
    ['a tag', '\u{e0041}'],
    ['a letter', 'ü'],
    ['a picture', '\u{1f600}'],
    ['quotes', '"'],
    ['a backslash', '\\'],
    ['a colour', '\u001b[31m'],
  ])('a report hides a value with %s, as it is, as the host shows it and as JSON', (_, character) => {
    const value = `hunter${character}twenty`;
    const json = JSON.stringify({ password: value });
    const ascii = json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    for (const line of [`is ${value} here`, json, ascii]) {
      for (const shown of [line, printedByHost(line)]) {
        const text = printed((report) => report.relay('log', shown), { value });
        expect(text).toContain('<value>');
        expect(text).not.toMatch(/hunter|twenty/);
      }
    }
  });

  it.each(['abcdefghi-', 'äöü-', '\u{1f600}', '\u200bx'])(
    'a report hides what is left of a long value where the host has cut its line off: %j',
    (part) => {
      const value = `begin-of-the-secret${part.repeat(1000)}`;
      for (const before of ['', 'x', 'xx', 'xxx']) {
        const shown = printedByHost(`${before} the value is ${value}`);
        expect(printed((report) => report.relay('log', shown), { value })).toBe(
          `web: log: ${before} the value is <value>\n`,
        );
      }
    },
  );

  it('a report hides a value in each part of a failure', () => {
    const error = new DeployError({
      status: 1,
      what: 'no hunter22 here',
      host: 'runs hunter22',
      fix: 'mend hunter22',
      log: ['a hunter22'],
    });
    expect(printed((report) => report.failure(error), { password: 'hunter22' })).toBe(
      'web: log: a <value>\nweb: failed: no <value> here\nweb: host: runs <value>\nweb: to do: mend <value>\n',
    );
  });

  it('a report names the machine and the step in each line of a text of several lines', () => {
    const error = new DeployError({ status: 1, what: 'no:\n  x\n', host: 'runs\r\nX', fix: 'mend\nit', log: ['a\nb'] });
    expect(printed((report) => report.failure(error))).toBe(
      'web: log: a\nweb: log: b\nweb: failed: no:\nweb: failed:   x\nweb: host: runs\nweb: host: X\nweb: to do: mend\nweb: to do: it\n',
    );
    expect(printed((report) => report.step('copy', 'one\ntwo'))).toBe('web: copy: one\nweb: copy: two\n');
  });

  it('a report prints no character of a failure that moves the cursor', () => {
    const error = new DeployError({ status: 1, what: 'a\u001b[2Jb\u0007c', host: 'runs X', fix: 'mend it' });
    expect(printed((report) => report.failure(error))).toContain('web: failed: abc\n');
  });

  it('a step says only what is in the program: any other text is relayed, so that nothing in it is repeated', () => {
    const foreign: string = 'no hunter22';
    const lines = (use: (report: Report) => void) => printed(use, 'hunter22');
    // @ts-expect-error text that only a run knows
    lines((report) => report.step('copy', foreign));
    // @ts-expect-error text that only a run knows, within one of the program
    lines((report) => report.step('copy', `failed: ${foreign}`));
    expect(lines((report) => report.step('copy', foreign === '' ? 'begun' : 'ended'))).toBe('web: copy: ended\n');
    expect(lines((report) => report.relay('copy', `failed: ${foreign}`))).toBe('web: copy: failed: no <value>\n');
    expect(lines((report) => report.progress('copy', foreign, 0))).toBe('web: copy: no <value>\n');
    expect(lines((report) => report.done('committed', foreign))).toBe('web: done: no <value>\n');
  });

  it('a report leaves most lines of progress out', () => {
    expect(printed((report) => report.progress('copy', '1 B of 2 B'))).toBe('');
  });
});
