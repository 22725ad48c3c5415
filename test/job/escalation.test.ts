import { expect, it } from 'vitest';
import { ESCALATION_NAMES, escalationNamed } from '../../lib/job/escalation';
import { SecretSource } from '../../lib/secret-source';
import { refusal } from '../support/refusal';
import { PrivilegeEscalation } from '../../lib/privilege-escalation';

it('an escalation wraps a command so that it runs as root', () => {
  expect(escalationNamed('none').wrap(['id', '-u'])).toEqual(['id', '-u']);
  expect(escalationNamed('sudo').wrap(['id', '-u'])).toEqual(['sudo', '-n', 'id', '-u']);
  expect(escalationNamed('doas').wrap(['id', '-u'])).toEqual(['doas', '-n', 'id', '-u']);
  expect(escalationNamed('run0').wrap(['id', '-u'])).toEqual([
    'run0',
    '--no-ask-password',
    '--setenv=PATH',
    'id',
    '-u',
  ]);
});

it('each escalation of a job has a constant of the public class, or a function that takes the password', () => {
  const constants = Object.values(PrivilegeEscalation) as PrivilegeEscalation[];
  const withPassword = PrivilegeEscalation.sudoWithPassword(SecretSource.environment('PASSWORD'));
  expect([...constants, withPassword].map(({ name }) => name)).toEqual(ESCALATION_NAMES);
});

it('a password is given by its source alone', () => {
  expect(refusal(() => PrivilegeEscalation.sudoWithPassword('hunter2' as never))).toBe(
    '[PrivilegeEscalation.sudoWithPassword] password: got a text (not shown), expected a SecretSource; write for example SecretSource.command(["pass", "web/deploy"])',
  );
  expect(refusal(() => PrivilegeEscalation.sudoWithPassword(4711 as never))).toContain('got a number (not shown), exp');
});
