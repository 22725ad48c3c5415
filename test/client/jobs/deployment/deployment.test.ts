import { expect, it } from 'vitest';
import { deployment } from '../../../../lib/client/jobs/deployment/deployment';
import { Report } from '../../../../lib/client/report/report';
import { deploymentJob, jobSecret } from '../../support/job';

it('a deployment hides its values and shows the units that are restarted for them', () => {
  const values = { database: { value: { password: 'hunter22' }, restartUnits: ['app.service'] } };
  let printed = '';
  const report = new Report('web', deployment.sensitive(deploymentJob({ values })), (line) => (printed += line));
  report.relay('log', 'app.service cannot be restarted: database: wrong password hunter22');
  expect(printed).toBe('web: log: app.service cannot be restarted: database: wrong password <value>\n');
});

it('a unit is shown also when a value has its name', () => {
  const values = { service: { value: { unit: 'app.service', other: 'web.service' }, restartUnits: ['app.service'] } };
  let printed = '';
  const report = new Report('web', deployment.sensitive(deploymentJob({ values })), (line) => (printed += line));
  report.relay('log', 'restarting app.service, not web.service');
  expect(printed).toBe('web: log: restarting app.service, not <value>\n');
});

it('a deployment names the variables that hold its secrets and the password for sudo', () => {
  const variable = (name: string) => ({ kind: 'environment', name }) as const;
  const secrets = { token: jobSecret(variable('TOKEN')), key: jobSecret({ kind: 'file', file: '/key' }) };
  const job = deploymentJob({ secrets, sudoPassword: variable('SUDO_PASSWORD') });
  expect(deployment.secretVariables!(job)).toEqual(['TOKEN', 'SUDO_PASSWORD']);
  expect(deployment.secretVariables!(deploymentJob())).toEqual([]);
});
