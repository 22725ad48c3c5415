import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS, LOGIN_FIELDS } from '../../lib/job/connection-fields';
import { DEPLOYMENT_FIELDS, VALUE_FIELDS } from '../../lib/job/deployment-fields';
import { field, jobValues, literalField } from '../../lib/job/field';
import { DeploymentGoal } from '../../lib/deployment-goal';
import { PrivilegeEscalation } from '../../lib/privilege-escalation';
import { JobChecks } from '../../lib/client/job-checks';
import { Checks } from '../../lib/terraform/checks';
import { portProblem } from '../../lib/validation/port';
import { secondsProblem } from '../../lib/validation/seconds';
import { Token } from 'cdktf';

it('a job has the defaults of what a user did not give', () => {
  expect(jobValues(LOGIN_FIELDS, {})).toEqual({ user: 'root', port: 22, identityFile: undefined });
  expect(jobValues(DEPLOYMENT_FIELDS, { confirmTimeoutSeconds: 7 })).toEqual({
    goal: 'switch',
    activationTimeoutSeconds: 300,
    confirmTimeoutSeconds: 7,
    settleSeconds: 5,
  });
  expect(jobValues(VALUE_FIELDS, {})).toEqual({ restartUnits: [] });
});

it('a job has the word of a constant', () => {
  expect(jobValues(DEPLOYMENT_FIELDS, { goal: DeploymentGoal.BOOT }).goal).toBe('boot');
  const ssh = { privilegeEscalation: PrivilegeEscalation.SUDO };
  expect(jobValues(CONNECTION_FIELDS, ssh).privilegeEscalation).toBe('sudo');
});

describe('a field that was declared once', () => {
  const fields = { port: field<number>(portProblem), seconds: literalField(secondsProblem, 5) };
  const synth = (given: object) => () => new Checks('fleet/web').fields('ssh.', fields, { ...given });
  const apply = (given: object) => () => new JobChecks('fleet/web').fields('ssh.', fields, { ...given });

  it('a field is checked at synth and at apply in the same words', () => {
    const message = '[fleet/web] ssh.port: got 0, expected a port: a whole number from 1 to 65535; give the port that';
    expect(synth({ port: 0 })).toThrow(message);
    expect(apply({ port: 0, seconds: 1 })).toThrow(message);
  });

  it('a Terraform token passes at synth unless the field has to be known then', () => {
    const token = Token.asNumber('${var.port}');
    expect(synth({ port: token })).not.toThrow();
    expect(synth({ port: 22, seconds: token })).toThrow('ssh.seconds: got a Terraform token, expected a literal');
  });

  it('a field without a default is needed at synth, and a field with one is not', () => {
    expect(synth({})).toThrow('ssh.port: got nothing');
    expect(synth({ port: 22 })).not.toThrow();
  });

  it('a value that Terraform does not have is reported as such at apply', () => {
    expect(apply({ port: null })).toThrow(
      'ssh.port: got null, expected a port: a whole number from 1 to 65535; Terraform gave no value',
    );
  });
});
