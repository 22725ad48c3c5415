import { mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { display } from '../../validation/display';
import { type Problem, REGENERATE } from '../../validation/problem';
import { Report, writeToStdout } from './report';

/** The report of a job whose output Terraform hides: it goes to a file as well, which only this user reads. */
export function loggedReport(file: string, subject: string, sensitive: unknown): Report {
  const log = open(file);
  const report = new Report(subject, sensitive, (line) => {
    writeToStdout(line);
    if (log !== undefined) append(log, line);
  });
  // Terraform shows the output of a job that failed.
  report.relay(
    'log',
    log === undefined ? `cannot write ${file}; nothing else has this output` : `also written to ${file}`,
  );
  return report;
}

/** The problem with the name of the file, if there is one. */
export function logFileProblem(name: unknown): Problem | undefined {
  if (typeof name === 'string' && /^logs\/[A-Za-z_][A-Za-z0-9_.-]*\.log$/.test(name)) return undefined;
  return { given: display(name), expected: 'logs/<address of the resource>.log', fix: REGENERATE };
}

/** Each run begins a new file. A log that cannot be written does not keep a host from its system. */
function open(file: string): number | undefined {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    rmSync(file, { force: true });
    return openSync(file, 'wx', 0o600);
  } catch {
    return undefined;
  }
}

function append(log: number, line: string): void {
  try {
    writeSync(log, line);
  } catch {
    // a full disk, for example
  }
}
