import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HcloudDouble } from '../../../lab/hcloud';
import { ed25519 } from '../../support/public-keys';
import { ApiClient } from './support/api-client';

const SERVER = { name: 'web', server_type: 'cx23', image: 'ubuntu-24.04' };

describe('a server of the double', () => {
  let double: HcloudDouble;
  let api: ApiClient;

  beforeEach(async () => {
    double = await HcloudDouble.start({ actionMilliseconds: 20 });
    api = new ApiClient(double);
  });

  afterEach(() => double.stop());

  async function show(id: number): Promise<any> {
    return (await api.get(`/servers/${id}`)).body.server;
  }

  /** Makes a snapshot of a server. @returns its id */
  async function snapshot(server: number, labels = {}): Promise<number> {
    const { body } = await api.post(`/servers/${server}/actions/create_image`, { type: 'snapshot', labels });
    await api.settled([body.action]);
    return body.image.id;
  }

  it('a server is there at once, has what the API fills in, and runs after its actions', async () => {
    const { body } = await api.post('/servers', SERVER);
    expect(body.server).toMatchObject({ status: 'initializing', locked: true, primary_disk_size: 40 });
    expect(body.root_password).toEqual(expect.any(String));
    await api.settled([body.action, ...body.next_actions]);
    const server = await show(body.server.id);
    expect(server).toMatchObject({
      status: 'running',
      locked: false,
      location: { name: 'fsn1' },
      image: { name: 'ubuntu-24.04', architecture: 'x86' },
      labels: {},
      protection: { delete: false, rebuild: false },
    });
    expect(server.public_net.ipv4.dns_ptr).toMatch(/^static\./);
    expect(server.public_net.ipv6.ip).toMatch(/::\/64$/);
  });

  it('two servers with one name are refused, and a name that is not a host name', async () => {
    await api.server();
    expect(await api.post('/servers', SERVER)).toMatchObject({
      status: 409,
      body: { error: { code: 'uniqueness_error' } },
    });
    expect(await api.post('/servers', { ...SERVER, name: 'a_b' })).toMatchObject({
      status: 422,
      body: { error: { code: 'invalid_input' } },
    });
  });

  it('user data of more than 32 KiB are refused', async () => {
    const answer = await api.post('/servers', { ...SERVER, user_data: 'x'.repeat(32 * 1024 + 1) });
    expect(answer).toMatchObject({ status: 422, body: { error: { details: { fields: [{ name: 'user_data' }] } } } });
    expect(double.everMade).toEqual([]);
  });

  it('a type that its location does not have is not available', async () => {
    const answer = await api.post('/servers', { ...SERVER, location: 'ash' });
    expect(answer).toMatchObject({ status: 412, body: { error: { code: 'resource_unavailable' } } });
  });

  it('a server is locked while an action runs', async () => {
    const id = await api.server();
    double.faults.action({ command: 'stop_server', milliseconds: 300 });
    const first = await api.post(`/servers/${id}/actions/poweroff`);
    expect(await api.post(`/servers/${id}/actions/poweron`)).toMatchObject({
      status: 423,
      body: { error: { code: 'locked' } },
    });
    expect(await api.ask('DELETE', `/servers/${id}`)).toMatchObject({ status: 423 });
    await api.settled([first.body.action]);
    expect(await show(id)).toMatchObject({ status: 'off', locked: false });
  });

  it('an action runs for a time and fails when it is told to', async () => {
    const id = await api.server();
    double.faults.action({ command: 'stop_server', error: { code: 'server_error', message: 'no' }, milliseconds: 200 });
    const started = Date.now();
    const action = await api.command(`/servers/${id}/actions/poweroff`);
    expect(Date.now() - started).toBeGreaterThanOrEqual(200);
    expect(action).toMatchObject({
      status: 'error',
      progress: 100,
      error: { code: 'server_error', message: 'no' },
      resources: [{ type: 'server', id }],
    });
    expect(await show(id)).toMatchObject({ status: 'running' });
  });

  it('the addresses that came with a server end with it, and a primary IP stays', async () => {
    const { body } = await api.post('/primary_ips', { name: 'ip', type: 'ipv4', location: 'fsn1' });
    const id = await api.server({ public_net: { enable_ipv4: true, ipv4: body.primary_ip.id, enable_ipv6: true } });
    expect((await show(id)).public_net.ipv4.ip).toBe(body.primary_ip.ip);
    await api.settled([(await api.ask('DELETE', `/servers/${id}`)).body.action]);
    expect(double.left.map(({ name }) => name)).toEqual(['ip']);
    expect((await api.get(`/primary_ips/${body.primary_ip.id}`)).body.primary_ip.assignee_id).toBeNull();
  });

  it('a primary IP moves only between servers that are off', async () => {
    const { body } = await api.post('/primary_ips', { name: 'ip', type: 'ipv4', location: 'fsn1' });
    const path = `/primary_ips/${body.primary_ip.id}/actions`;
    const id = await api.server({ public_net: { enable_ipv4: false, enable_ipv6: true } });
    const assignment = { assignee_id: id, assignee_type: 'server' };
    expect(await api.post(`${path}/assign`, assignment)).toMatchObject({
      body: { error: { code: 'server_not_stopped' } },
    });
    await api.command(`/servers/${id}/actions/poweroff`);
    expect(await api.command(`${path}/assign`, assignment)).toMatchObject({ status: 'success' });
    expect((await show(id)).public_net.ipv4.ip).toBe(body.primary_ip.ip);
  });

  it('a protected server is neither deleted nor rebuilt', async () => {
    const id = await api.server();
    await api.command(`/servers/${id}/actions/change_protection`, { delete: true, rebuild: true });
    expect(await api.ask('DELETE', `/servers/${id}`)).toMatchObject({
      status: 403,
      body: { error: { code: 'protected' } },
    });
    expect(await api.post(`/servers/${id}/actions/rebuild`, { image: 'debian-12' })).toMatchObject({
      body: { error: { code: 'protected' } },
    });
    await api.command(`/servers/${id}/actions/change_protection`, { delete: false, rebuild: false });
    expect((await api.ask('DELETE', `/servers/${id}`)).status).toBe(200);
  });

  it('the rescue system is on for one boot', async () => {
    const id = await api.server();
    const { body } = await api.post('/ssh_keys', { name: 'me', public_key: ed25519() });
    await api.command(`/servers/${id}/actions/enable_rescue`, { type: 'linux64', ssh_keys: [body.ssh_key.id] });
    expect(await show(id)).toMatchObject({ rescue_enabled: true });
    await api.command(`/servers/${id}/actions/reset`);
    expect(await show(id)).toMatchObject({ rescue_enabled: false, status: 'running' });
  });

  it('a snapshot has the size of the disk, and a server with a smaller disk does not take it', async () => {
    const big = await api.server({ name: 'big', server_type: 'cx33' });
    const image = await snapshot(big, { content: 'a' });
    const { body } = await api.get(`/images?type=snapshot&label_selector=content%3Da`);
    expect(body.images).toMatchObject([
      { id: image, status: 'available', name: null, disk_size: 80, created_from: { id: big, name: 'big' } },
    ]);
    expect(await api.post('/servers', { ...SERVER, image })).toMatchObject({
      status: 422,
      body: { error: { code: 'invalid_input', details: { fields: [{ name: 'image' }] } } },
    });
    expect((await api.post('/servers', { ...SERVER, server_type: 'cx43', image })).status).toBe(201);
  });

  it('an image for another architecture is refused', async () => {
    const image = await snapshot(await api.server({ name: 'arm', server_type: 'cax11' }));
    const answer = await api.post('/servers', { ...SERVER, image });
    expect(answer.body.error.details.fields[0].messages[0]).toBe('image is for arm, the server type for x86');
  });

  it('a snapshot that is being made is not available yet', async () => {
    const id = await api.server();
    double.faults.action({ command: 'create_image', milliseconds: 300 });
    const { body } = await api.post(`/servers/${id}/actions/create_image`);
    expect(body.image).toMatchObject({ status: 'creating', type: 'snapshot' });
    expect(await api.post('/servers', { ...SERVER, name: 'x', image: body.image.id })).toMatchObject({ status: 412 });
    expect(await api.ask('DELETE', `/images/${body.image.id}`)).toMatchObject({ status: 423 });
    await api.settled([body.action]);
    expect((await api.ask('DELETE', `/images/${body.image.id}`)).status).toBe(204);
  });

  it('the type of a server changes while it is off, to one with a disk that is as large', async () => {
    const id = await api.server({ server_type: 'cx33' });
    const change = { server_type: 'cx43', upgrade_disk: true };
    expect(await api.post(`/servers/${id}/actions/change_type`, change)).toMatchObject({
      body: { error: { code: 'server_not_stopped' } },
    });
    await api.command(`/servers/${id}/actions/poweroff`);
    expect(await api.post(`/servers/${id}/actions/change_type`, { server_type: 'cx23' })).toMatchObject({
      status: 422,
    });
    await api.command(`/servers/${id}/actions/change_type`, change);
    expect(await show(id)).toMatchObject({ server_type: { name: 'cx43' }, primary_disk_size: 160 });
  });

  it('an eleventh server in a placement group is refused', async () => {
    const { body } = await api.post('/placement_groups', { name: 'spread', type: 'spread' });
    const placement_group = body.placement_group.id;
    for (let index = 0; index < 10; index += 1)
      await api.post('/servers', { ...SERVER, name: `n${index}`, placement_group });
    expect(await api.post('/servers', { ...SERVER, placement_group })).toMatchObject({
      body: { error: { code: 'placement_error' } },
    });
  });

  it('a volume is on one server at a time', async () => {
    const { body } = await api.post('/volumes', { name: 'data', size: 10, location: 'fsn1' });
    await api.settled([body.action]);
    const [a, b] = [await api.server({ name: 'a' }), await api.server({ name: 'b' })];
    const path = `/volumes/${body.volume.id}/actions`;
    await api.command(`${path}/attach`, { server: a });
    expect((await show(a)).volumes).toEqual([body.volume.id]);
    expect(await api.post(`${path}/attach`, { server: b })).toMatchObject({
      body: { error: { code: 'volume_already_attached' } },
    });
    expect(await api.ask('DELETE', `/volumes/${body.volume.id}`)).toMatchObject({ status: 423 });
    await api.command(`${path}/detach`);
    expect((await api.ask('DELETE', `/volumes/${body.volume.id}`)).status).toBe(204);
  });

  it('a firewall applies to servers by id and by label, and is not deleted meanwhile', async () => {
    const { body } = await api.post('/firewalls', {
      name: 'fw',
      apply_to: [{ type: 'label_selector', label_selector: { selector: 'role=web' } }],
    });
    await api.settled(body.actions);
    const id = await api.server({ labels: { role: 'web' } });
    expect((await show(id)).public_net.firewalls).toEqual([{ id: body.firewall.id, status: 'applied' }]);
    expect(await api.ask('DELETE', `/firewalls/${body.firewall.id}`)).toMatchObject({
      body: { error: { code: 'resource_in_use' } },
    });
  });
});
