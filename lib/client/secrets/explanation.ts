import { InputError } from '../../validation/problem';
import { DeployError } from '../report/deploy-error';
import type { Report } from '../report/report';
import { lastLines } from '../report/text';
import type { Unreadable } from './unreadable';

/** What a message about a source needs. */
interface Source {
  /** Of the construct. */
  readonly path: string;
  readonly field: string;
  /** For `host` of a failure. */
  readonly host: string;
}

/** The failure of a deployment whose source cannot be read. */
export function explainUnreadable({ problem, details }: Unreadable, source: Source, report: Report): DeployError {
  // A program that failed may have printed some of the secret, and repeat it in its complaint.
  if (details.output !== undefined) report.learn(details.output);
  const { what, fix } = new InputError(source.path, source.field, problem);
  const code = details.isMissing === true ? 'program-missing' : 'unreadable-secret';
  return DeployError.of(code, { detail: what, host: source.host, fix, log: lastLines(details.stderr ?? '', 10) });
}

/** One failure of several: their causes, line by line, and what to do about each. */
export function together(failures: readonly [DeployError, ...DeployError[]]): DeployError {
  const [{ code, status, host }] = failures;
  const lines = (text: (failure: DeployError) => string) => [...new Set(failures.map(text))].join('\n');
  return new DeployError({
    code,
    status,
    what: lines(({ message }) => message),
    host,
    fix: lines(({ fix }) => fix),
    log: failures.flatMap(({ log }) => log),
  });
}
