import { expect, it } from 'vitest';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';
import { DeployError } from '../../../lib/client/report/deploy-error';
import { type EndingCode, ENDINGS, rollbackEnding } from '../../../lib/client/report/ending';
import { Report } from '../../../lib/client/report/report';

it("each code of a supervisor's reason is an ending with the status of a rollback and something to do", () => {
  const sites = /\b(?:fail |roll_back |journal_reason_code=)([a-z]+(?:-[a-z]+)+) ['"j]/g;
  const used = [...supervisorText().matchAll(sites)];
  const codes = [...new Set(used.map((match) => match[1]!))];
  expect(codes.length).toBeGreaterThan(10);
  for (const code of codes) {
    expect(rollbackEnding(code), code).toBe(code);
    expect(ENDINGS[code as EndingCode], code).toMatchObject({ status: 2, fix: expect.stringMatching(/deploy again/) });
  }
});

it.each(['constructor', 'unheard-of', undefined])('a reason of a newer supervisor is a rollback: %s', (code) => {
  expect(rollbackEnding(code)).toBe('rolled-back');
});

it('the words of an ending are followed by what only the host can say', () => {
  const error = DeployError.of('silent', { detail: 'no reply', host: 'does not reply' });
  expect(error).toMatchObject({ code: 'silent', status: 3, message: 'the host stopped replying: no reply' });
  expect(error.fix).toMatch(/console/);
});

it('an end without a code of its own has the general one of its status', () => {
  expect(new DeployError({ status: 69, what: 'no ssh', host: 'x', fix: 'y' }).code).toBe('program-missing');
});

it('the report gives how the job ended as one object, without what it hides', () => {
  const report = new Report('web', { key: 'hunter22' }, () => undefined);
  expect(report.ending).toBeUndefined();
  report.failure(DeployError.of('units-failed', { detail: 'db says hunter22', host: 'runs X', log: ['hunter22'] }));
  expect(report.ending).toEqual({
    code: 'units-failed',
    status: 2,
    what: 'db says <value>',
    host: 'runs X',
    fix: ENDINGS['units-failed'].fix,
    log: ['<value>'],
  });
  report.done('nothing-to-do', 'nothing to do');
  expect(report.ending).toEqual({ code: 'nothing-to-do', status: 0, what: 'nothing to do', log: [] });
});
