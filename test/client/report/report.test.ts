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

  it('a report leaves most lines of progress out', () => {
    expect(printed((report) => report.progress('copy', '1 B of 2 B'))).toBe('');
  });
});
