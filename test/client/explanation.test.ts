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
  ['doas: Authentication required', 'allow the user to run any command by doas without a password'],
  ['doas: Operation not permitted', 'allow the user to run any command by doas without a password'],
  ['doas: not installed setuid', 'give the host doas (security.doas.enable = true)'],
  ['sh: 1: exec: doas: not found', 'give the host doas (security.doas.enable = true)'],
  ['doas: doas is not enabled, /etc/doas.conf: No such file or directory', 'give the host doas'],
  ['fish: Unknown command: run0', 'give the host run0 (systemd 256 or newer)'],
  ['zsh:1: command not found: run0', 'give the host run0 (systemd 256 or newer)'],
  [
    'Failed to start transient service unit: Interactive authentication required.',
    'let polkit of the host allow the user to run run0 without a password',
  ],
  [
    'Failed to start transient service unit: Unit run-u7.service has bad unit file setting.',
    'the login shell must run',
  ],
  ['This account is currently not available.', 'the login shell must run the given command'],
])('what to do fits what the host said instead of a report: %s', (line, fix) => {
  const explained = explain(new NoReply(1, ['Welcome', line]), new Situation());
  expect(explained.fix).toContain(fix);
});
