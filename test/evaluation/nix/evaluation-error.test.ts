import { expect, it } from 'vitest';
import { EvaluationError } from '../../../lib/evaluation/nix/evaluation-error';

it('an evaluation error begins with its subject, or with its headline if it has one', () => {
  const failed = { subject: '.#web', reason: 'no such file' };
  expect(new EvaluationError(failed).message).toBe('.#web cannot be evaluated: no such file');
  const headline = 'the derivations cannot be protected from garbage collection';
  expect(new EvaluationError({ ...failed, headline }).message).toBe(`${headline}: no such file`);
});

it('an evaluation error shows no member but its name beside message and stack', () => {
  expect(Object.keys(new EvaluationError({ subject: '.#web', reason: 'no such file' }))).toEqual(['name']);
});
