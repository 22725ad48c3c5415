import { printableCommand } from '../nix/credentials';
import { showAttributePath } from '../../private/attribute-path';
import { nixCommand } from '../nix/command';
import { shellLine } from '../../private/shell-line';
import { EvaluationError, type Reproduction } from '../nix/evaluation-error';
import { nixMessage, nixSentence } from '../nix/output';
import type { WantedRow } from '../request/request-flake';
import type { Row } from '../request/row';
import type { Wants } from '../request/wants';
import { advice } from '../source/advice';
import type { StoreCopies } from '../source/store-copies';
import type { RowFailure } from './batch';
import { evaluatorArguments, evaluatorSettings, type EvaluatorOptions } from './evaluator-process';

/** Explains why rows failed, in the user's terms. */
export class RowErrors {
  /**
   * @param options how the rows were evaluated
   * @param copies the user's files that the evaluator knows by other names
   */
  constructor(
    private readonly options: EvaluatorOptions,
    private readonly copies: StoreCopies,
  ) {}

  /** The error of a row that was evaluated alone. */
  explained(id: string, { row, wants }: WantedRow, failure: RowFailure): EvaluationError {
    const source = 'source' in row ? this.options.sources.find(({ name }) => name === row.source) : undefined;
    const fix = advice(failure.stderr, source?.reference, source?.tree);
    const cause = this.cause(failure);
    const option = failure.want === undefined ? undefined : wants.optionAt(failure.want);
    const part = option && 'if the option is a set of options, a part of it can be asked for';
    const reason = [cause, fix ?? part].filter((line) => line !== undefined).join('\n');
    return new EvaluationError({
      subject: subjectOf(row, wants, failure),
      reason,
      reproduction: this.reproduction(`rows.${id}`),
    });
  }

  private cause({ aborted, stderr }: RowFailure): string {
    const output = this.copies.withUserPaths(stderr);
    if (aborted === undefined) return nixMessage(output);
    const sentence = nixSentence(output);
    return sentence === undefined ? aborted : `${aborted}\nnix reported: ${sentence}`;
  }

  /** As text, which is complete or missing: `--json` alone prints the beginning of a result before it fails. */
  private reproduction(attribute: string): Reproduction {
    const { kind, env, directory } = this.options;
    const variables = Object.entries(kind === 'files' ? env : {}).map((pair) => pair.join('='));
    const evaluation = evaluatorArguments(attribute, this.options).map((word) => (word === '--json' ? '--raw' : word));
    const settings = evaluatorSettings(this.options.nix).flatMap(([name, value]) => ['--option', name, value]);
    const nix = nixCommand([...evaluation, ...settings, '--apply', 'builtins.toJSON', '--show-trace']);
    const { words, hidden } = printableCommand(variables.length > 0 ? ['env', ...variables, ...nix] : nix);
    return { line: `${shellLine(['cd', directory])} && ${shellLine(words)}`, hidden };
  }
}

/** What failed, in the user's terms: an option, an image, or all of it. */
function subjectOf({ name }: Row, wants: Wants, { want = -1 }: RowFailure): string {
  const option = wants.optionAt(want);
  if (option !== undefined) return `option ${showAttributePath(option)} of ${name}`;
  const image = wants.imageAt(want);
  return image === undefined ? name : `image ${image} of ${name}`;
}

/** The error of a row that was not evaluated alone, because enough others had been explained. */
export function unexplainedError(row: Row, count: number): EvaluationError {
  const cause = count === 1 ? 'it failed or was not reached' : `it is one of ${count} that failed or were not reached`;
  return new EvaluationError({
    subject: row.name,
    headline: `${row.name} was not evaluated to the end`,
    reason: `${cause}; the other errors may explain it`,
  });
}
