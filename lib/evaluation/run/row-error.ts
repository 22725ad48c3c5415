import { advice } from '../source/advice';
import type { RowFailure } from './batch';
import { printableCommand } from '../nix/credentials';
import { EvaluationError, type CommandByHand } from '../nix/evaluation-error';
import { evaluatorArguments, type EvaluatorOptions } from './evaluator-process';
import { nixMessage, nixSentence } from '../nix/output';
import type { Row } from '../request/row';
import { nixCommand, shellLine } from '../nix/shell-line';

/** The error of a row that was evaluated alone. */
export function rowError(id: string, row: Row, failure: RowFailure, options: EvaluatorOptions): EvaluationError {
  const source = 'source' in row ? options.sources.find(({ name }) => name === row.source) : undefined;
  const fix = advice(failure.stderr, source?.reference, source?.tree);
  const said = whatWasSaid(failure, options);
  return new EvaluationError({
    subject: row.name,
    reason: fix ? `${said}\n${fix}` : said,
    byHand: byHand(`rows.${id}`, options),
    stderr: failure.stderr,
  });
}

function whatWasSaid({ aborted, stderr }: RowFailure, { files }: EvaluatorOptions): string {
  const output = files.named(stderr);
  if (aborted === undefined) return nixMessage(output);
  const sentence = nixSentence(output);
  return sentence === undefined ? aborted : `${aborted}\nnix said: ${sentence}`;
}

/** The error of a row that failed when enough others had been explained. */
export function unexplainedError(row: Row, count: number): EvaluationError {
  const reason = `${count} more failed or were not reached; what is said about the others may be the cause here too`;
  return new EvaluationError({ subject: row.name, reason });
}

/** As text that is complete or not there: `--json` alone prints the beginning of a result before it fails. */
function byHand(attribute: string, options: EvaluatorOptions): CommandByHand {
  const variables = Object.entries(options.kind === 'files' ? options.env : {}).map((pair) => pair.join('='));
  const evaluation = evaluatorArguments(attribute, options).map((word) => (word === '--json' ? '--raw' : word));
  const nix = nixCommand([...evaluation, '--apply', 'builtins.toJSON', '--show-trace']);
  const { words, hidden } = printableCommand(variables.length > 0 ? ['env', ...variables, ...nix] : nix);
  return { line: `${shellLine(['cd', options.directory])} && ${shellLine(words)}`, hidden };
}
