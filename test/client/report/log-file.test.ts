import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeployError } from '../../../lib/client/report/deploy-error';
import { loggedReport, logFileProblem } from '../../../lib/client/report/log-file';

let folder: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'log-file-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text as string;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const log = () => path.join(folder, 'logs', 'null_resource.web.log');

describe('the report of a job whose output Terraform hides', () => {
  it('everything that is printed is in the file, too, and its name comes first', () => {
    const report = loggedReport(log(), 'web', undefined);
    report.step('copy', '3 paths');
    report.failure(new DeployError({ status: 1, what: 'it broke', host: 'runs X', fix: 'mend it' }));
    expect(readFileSync(log(), 'utf8')).toBe(printed);
    expect(printed).toBe(
      `web: log: also written to ${log()}\nweb: copy: 3 paths\nweb: failed: it broke\nweb: host: runs X\nweb: to do: mend it\n`,
    );
  });

  it('what may not be repeated is not in the file', () => {
    loggedReport(log(), 'web', ['hunter22']).relay('log', 'login with hunter22');
    expect(readFileSync(log(), 'utf8')).toContain('login with <value>');
  });

  it('only this user reads the file, whoever could read the last one', () => {
    const before = process.umask(0);
    loggedReport(log(), 'web', undefined).step('copy', 'first');
    writeFileSync(log(), 'old', { mode: 0o666 });
    loggedReport(log(), 'web', undefined).step('copy', 'second');
    process.umask(before);
    expect(readFileSync(log(), 'utf8')).toBe(`web: log: also written to ${log()}\nweb: copy: second\n`);
    expect(statSync(log()).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(log())).mode & 0o777).toBe(0o700);
  });

  it('a link in the place of the file is not followed', () => {
    loggedReport(log(), 'web', undefined);
    const other = path.join(folder, 'other');
    writeFileSync(other, 'mine');
    rmSync(log());
    symlinkSync(other, log());
    loggedReport(log(), 'web', undefined).step('copy', 'x');
    expect(readFileSync(other, 'utf8')).toBe('mine');
    expect(readFileSync(log(), 'utf8')).toContain('web: copy: x');
  });

  it('a log that cannot be written is said, and the job goes on', () => {
    writeFileSync(path.join(folder, 'logs'), 'a file');
    loggedReport(log(), 'web', undefined).step('copy', 'x');
    expect(printed).toBe(`web: log: cannot write ${log()}; nothing else has this output\nweb: copy: x\n`);
  });
});

it.each(['logs/null_resource.web.log', 'logs/terraform_data.a_b-C_0F.log'])('the log of a job may be %s', (name) => {
  expect(logFileProblem(name)).toBeUndefined();
});

it.each(['', 'x.log', '/tmp/x.log', 'logs/../x.log', 'logs/.log', 'logs/x', 'logs/a/b.log', 1, null])(
  'the log of a job is refused when it is %j',
  (name) => {
    expect(logFileProblem(name)).toMatchObject({ expected: 'logs/<address of the resource>.log' });
  },
);
