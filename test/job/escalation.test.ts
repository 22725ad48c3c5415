import { expect, it } from 'vitest';
import { ESCALATION_NAMES, escalationNamed } from '../../lib/job/escalation';
import { PrivilegeEscalation } from '../../lib/privilege-escalation';

it('an escalation wraps a command so that it runs as root', () => {
  expect(escalationNamed('none').wrap(['id', '-u'])).toEqual(['id', '-u']);
  expect(escalationNamed('sudo').wrap(['id', '-u'])).toEqual(['sudo', '-n', 'id', '-u']);
});

it('each escalation of a job has a constant of the public class', () => {
  const constants = Object.values(PrivilegeEscalation) as PrivilegeEscalation[];
  expect(constants.map(({ name }) => name)).toEqual(ESCALATION_NAMES);
});
