import { advice } from './advice';
import type { RowFailure } from './batch';
import { EvaluationError } from './evaluation-error';
import { evaluatorArguments, type EvaluatorOptions } from './evaluator-process';
import { FEATURES } from './nix-command';
import { nixMessage } from './nix-message';
import type { Row } from './row';

/** The error of a row that was evaluated alone. */
export function rowError(id: string, row: Row, failure: RowFailure, options: EvaluatorOptions): EvaluationError {
  const source = 'source' in row ? options.sources.find(({ name }) => name === row.source) : undefined;
  const fix = advice(failure.stderr, source?.reference, source?.tree);
  const said = failure.aborted ?? nixMessage(failure.stderr);
  return new EvaluationError({
    subject: row.name,
    reason: fix ? `${said}\n${fix}` : said,
    byHand: byHand(`rows.${id}`, options),
    stderr: failure.stderr,
  });
}

/** The error of a row that failed when enough others had been explained. */
export function unexplainedError(row: Row, count: number): EvaluationError {
  const reason = `${count} more failed or were not reached; what is said about the others may be the cause here too`;
  return new EvaluationError({ subject: row.name, reason });
}

function byHand(attribute: string, options: EvaluatorOptions): string {
  const variables = Object.entries(options.kind === 'files' ? options.env : {});
  const words = [
    ...(variables.length > 0 ? ['env', ...variables.map(([name, value]) => `${name}=${value}`)] : []),
    'nix',
    ...FEATURES,
    ...evaluatorArguments(attribute, options),
    '--show-trace',
  ];
  return `cd ${shellWord(options.directory)} && ${words.map(shellWord).join(' ')}`;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
