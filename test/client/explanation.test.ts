import { expect, it } from 'vitest';
import { explain } from '../../lib/client/explanation';
import { Situation } from '../../lib/client/jobs/job-kind';
import { NoReply } from '../../lib/client/host/supervisor-reply';

it.each([
  ['sudo: a password is required', 'allow the user to run sudo without a password'],
  [
    'sudo: sorry, you must have a tty to run sudo',
    'sudo of the host requires a terminal, which a deployment does not have',
  ],
  ['This account is currently not available.', 'the login shell must run the given command'],
])('what to do fits what the host said instead of a report: %s', (line, fix) => {
  const explained = explain(new NoReply(1, ['Welcome', line]), new Situation());
  expect(explained.fix).toContain(fix);
});
