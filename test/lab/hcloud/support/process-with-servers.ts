import { Lab } from '../../../../lab';
import { HcloudDouble, LabMachines } from '../../../../lab/hcloud';
import { until } from '../../../../lab/wait';
import { ed25519 } from '../../../support/public-keys';
import { ApiClient } from './api-client';

/** A process that a test kills: it has a server in its rescue system, says where, and never ends it. */
async function main(): Promise<void> {
  const lab = await Lab.create();
  const machines = new LabMachines(lab);
  const double = await HcloudDouble.start({ machines, actionMilliseconds: 20 });
  const api = new ApiClient(double);
  const { body } = await api.post('/ssh_keys', { name: 'me', public_key: ed25519() });
  const id = await api.server({ start_after_create: false });
  await api.command(`/servers/${id}/actions/enable_rescue`, { ssh_keys: [body.ssh_key.id] });
  await api.command(`/servers/${id}/actions/poweron`);
  await until('the rescue system is up', 30, () => machines.host('web')?.boots === 1);
  await api.post('/primary_ips', { name: 'unused', type: 'ipv4', location: 'fsn1' });
  console.log(JSON.stringify({ lab: lab.directory, link: machines.host('web')!.network.link }));
  setInterval(() => undefined, 1000);
}

void main();
