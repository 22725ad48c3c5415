import { describe, expect, it } from 'vitest';
import { DeployError } from '../../../lib/client/report/deploy-error';
import { Report } from '../../../lib/client/report/report';

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

  it('a report leaves most lines of progress out', () => {
    expect(printed((report) => report.progress('copy', '1 B of 2 B'))).toBe('');
  });
});
