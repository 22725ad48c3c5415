import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HcloudDouble } from '../../../lab/hcloud';
import { ed25519 } from '../../support/public-keys';
import { ApiClient } from './support/api-client';

describe('the double of the API of Hetzner Cloud', () => {
  let double: HcloudDouble;
  let api: ApiClient;

  beforeEach(async () => {
    double = await HcloudDouble.start({ actionMilliseconds: 20 });
    api = new ApiClient(double);
  });

  afterEach(() => double.stop());

  it('the API refuses another token', async () => {
    const { status, body } = await new ApiClient(double, 'x'.repeat(64)).get('/servers');
    expect(status).toBe(401);
    expect(body).toEqual({ error: { code: 'unauthorized', message: 'unable to authenticate', details: null } });
  });

  it('the API has no answer for a path or an id that it does not have', async () => {
    expect(await api.get('/nothing')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    expect(await api.get('/servers/1')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  });

  it('a request that is not JSON, and one without a field that is needed, are refused', async () => {
    const response = await fetch(`${double.endpoint}/ssh_keys`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${double.token}` },
      body: '{',
    });
    const { error } = (await response.json()) as { error: { code: string } };
    expect([response.status, error.code]).toEqual([400, 'json_error']);
    expect(await api.post('/ssh_keys', { name: 'me' })).toMatchObject({
      status: 422,
      body: { error: { code: 'invalid_input', details: { fields: [{ name: 'public_key' }] } } },
    });
  });

  it('every answer says how many requests are left, and one too many is refused', async () => {
    await double.stop();
    double = await HcloudDouble.start({ requestsPerHour: 2 });
    api = new ApiClient(double);
    const { headers } = await api.get('/servers');
    expect([headers.get('RateLimit-Limit'), headers.get('RateLimit-Remaining')]).toEqual(['2', '1']);
    expect(Number(headers.get('RateLimit-Reset'))).toBeGreaterThan(Date.now() / 1000);
    await api.get('/servers');
    expect(await api.get('/servers')).toMatchObject({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } });
  });

  it('a list comes in pages', async () => {
    for (const index of [1, 2, 3]) await api.post('/networks', { name: `net${index}`, ip_range: '10.0.0.0/16' });
    const { body } = await api.get('/networks?per_page=2&page=2&sort=name:desc');
    expect(body.networks.map(({ name }: { name: string }) => name)).toEqual(['net1']);
    expect(body.meta.pagination).toEqual({
      page: 2,
      per_page: 2,
      previous_page: 1,
      next_page: null,
      last_page: 2,
      total_entries: 3,
    });
  });

  it.each([
    ['label_selector=role%3Dweb', ['a']],
    ['label_selector=role%3D%3Dweb', ['a']],
    ['label_selector=role!%3Dweb', ['b', 'c']],
    ['label_selector=role', ['a', 'b']],
    ['label_selector=!role', ['c']],
    ['label_selector=role%20in%20(web,db),x/y%3D1', ['b']],
    ['label_selector=role%20notin%20(web,db)', ['c']],
    ['name=b', ['b']],
    ['sort=name:desc', ['c', 'b', 'a']],
  ])('a list with %s has the entries %s', async (query, names) => {
    const networks = { a: { role: 'web' }, b: { role: 'db', 'x/y': '1' }, c: {} };
    for (const [name, labels] of Object.entries(networks)) {
      await api.post('/networks', { name, ip_range: '10.0.0.0/16', labels });
    }
    const { body } = await api.get(`/networks?${query}`);
    expect(body.networks.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it.each([
    { 'not valid': 'a' },
    { 'a/b/c': 'a' },
    { key: 'ends with a dot.' },
    { key: 'x'.repeat(64) },
    { ['k'.repeat(64)]: 'a' },
  ])('the labels %j are refused', async (labels) => {
    const answer = await api.post('/networks', { name: 'net', ip_range: '10.0.0.0/16', labels });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'invalid_input' } } });
  });

  it('two ssh keys with one name or one key are refused', async () => {
    await api.post('/ssh_keys', { name: 'me', public_key: ed25519(1) });
    for (const other of [
      { name: 'me', public_key: ed25519(2) },
      { name: 'you', public_key: ed25519(1) },
    ]) {
      expect(await api.post('/ssh_keys', other)).toMatchObject({
        status: 409,
        body: { error: { code: 'uniqueness_error' } },
      });
    }
  });

  it('what was made and has ended is remembered with both times', async () => {
    const { body } = await api.post('/ssh_keys', { name: 'me', public_key: ed25519(), labels: { a: 'b' } });
    expect(double.left).toMatchObject([{ type: 'ssh_keys', id: body.ssh_key.id, name: 'me', labels: { a: 'b' } }]);
    await api.ask('DELETE', `/ssh_keys/${body.ssh_key.id}`);
    expect(double.left).toEqual([]);
    expect(double.everMade).toMatchObject([{ name: 'me', made: expect.any(Date), ended: expect.any(Date) }]);
  });

  it('a fault refuses the requests that it names, after those that it lets through', async () => {
    double.faults.request({ method: 'GET', path: /^\/servers/, code: 'conflict', after: 1, times: 2 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await api.get('/servers')).status);
    expect(statuses).toEqual([200, 409, 409, 200]);
    double.faults.rateLimit(1);
    expect((await api.get('/ssh_keys')).status).toBe(429);
    expect(double.requests.map(({ status }) => status)).toEqual([200, 409, 409, 200, 429]);
  });
});
