import { afterEach, beforeEach, expect, it } from 'vitest';
import { HcloudDouble } from '../../../../lab/hcloud';
import { HcloudApi } from '../../../../lib/client/hcloud/api';
import { LabelRecord } from '../../../../lib/client/jobs/hcloud-first-contact/label-record';
import { HOST_KEY_LABEL } from '../../../../lib/job/hcloud-host-key';
import { ApiClient } from '../../../lab/hcloud/support/api-client';
import { ed25519 } from '../../../support/public-keys';

let cloud: HcloudDouble;
let client: ApiClient;
let server: number;

beforeEach(async () => {
  cloud = await HcloudDouble.start({ actionMilliseconds: 5 });
  client = new ApiClient(cloud);
  server = await client.server({ name: 'web', labels: { role: 'web' } });
});

afterEach(() => cloud.stop());

function record(number = server): LabelRecord {
  const { endpoint, token } = cloud;
  return new LabelRecord(new HcloudApi({ endpoint, token }, { retrySeconds: 0 }), String(number));
}

const labels = async () => (await client.get(`/servers/${server}`)).body.server.labels;

it('a new server has no record', async () => {
  expect(await record().read()).toBeUndefined();
});

it('a record is a label beside the others, which the next run reads', async () => {
  const publicKey = ed25519();
  await record().write({ state: 'pending', publicKey });
  expect(await record().read()).toEqual({ state: 'pending', publicKey });
  await record().write({ state: 'confirmed', publicKey });
  expect(await record().read()).toEqual({ state: 'confirmed', publicKey });
  expect(await labels()).toEqual({ role: 'web', [HOST_KEY_LABEL]: expect.stringMatching(/^k[A-Za-z0-9_-]{44}k$/) });
});

it('a server that is gone is a failure that a user understands', async () => {
  await expect(record(server + 99).read()).rejects.toMatchObject({
    message: expect.stringContaining(`GET /servers/${server + 99}: `),
  });
});
