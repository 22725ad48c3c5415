import { randomBytes } from 'node:crypto';
import type { Body } from '../api/body';
import type { Step } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import type { IpType, PrimaryIp } from '../entities/primary-ip';
import type { Server } from '../entities/server';
import { makePrimaryIp } from './primary-ip';
import { memberOf, privateAddress } from './private-addresses';
import { giveAddresses } from './server-addresses';
import { boot } from './server-power';
import { checkHostName, serverRequest, type ServerRequest } from './server-request';
import { renderServer } from './server-view';

/** Makes a server; it is there at once, and becomes ready while its actions run. */
export async function createServer(cloud: Cloud, body: Body): Promise<object> {
  const name = body.text('name');
  checkHostName(name);
  const request = serverRequest(cloud, body);
  const server = add(cloud, cloud.servers.claim(name), body, request);
  request.firewalls.forEach((firewall) => firewall.servers.add(server.id));
  await takeAddress(cloud, server, 'ipv4', request.ipv4);
  await takeAddress(cloud, server, 'ipv6', request.ipv6);
  const [action, ...next_actions] = cloud.actions.chain(steps(cloud, server, request));
  const root_password = request.keys.length === 0 ? randomBytes(9).toString('base64url') : null;
  return { server: renderServer(cloud, server), action, next_actions, root_password };
}

function add(cloud: Cloud, name: string, body: Body, { type, image, ...request }: ServerRequest): Server {
  return cloud.servers.add({
    name,
    labels: body.labels(),
    status: 'initializing',
    type,
    image,
    location: request.location,
    diskSize: type.disk,
    userData: request.userData,
    keys: request.keys,
    rescue: null,
    protection: { delete: false, rebuild: false },
    backupWindow: null,
    placementGroup: request.placementGroup?.id ?? null,
    privateNet: [],
    ipv4: null,
    ipv6: null,
  });
}

async function takeAddress(cloud: Cloud, server: Server, type: IpType, wanted: PrimaryIp | boolean): Promise<void> {
  if (wanted === false) return;
  const ip = wanted === true ? await newAddress(cloud, server, type) : wanted;
  ip.assignee = server.id;
  server[type] = ip.id;
}

/** It comes and goes with the server. */
export async function newAddress(cloud: Cloud, server: Server, type: IpType): Promise<PrimaryIp> {
  const name = `primary_ip-${server.id}-${type}`;
  return makePrimaryIp(cloud, type, server.location, { name, labels: {}, autoDelete: true });
}

function steps(cloud: Cloud, server: Server, { start, volumes, networks }: ServerRequest): Step[] {
  const resources = [{ type: 'server', id: server.id }];
  const step = (command: string, work: () => void | Promise<void>, of = resources) => ({
    command,
    resources: of,
    work,
  });
  return [
    step('create_server', () => build(cloud, server)),
    ...networks.map((network) =>
      step('attach_to_network', () => {
        server.privateNet = [...server.privateNet, memberOf(cloud, network, privateAddress(cloud, network))];
      }),
    ),
    ...volumes.map((volume) =>
      step('attach_volume', () => void (volume.server = server.id), [...resources, { type: 'volume', id: volume.id }]),
    ),
    ...(start ? [step('start_server', () => boot(cloud, server))] : []),
  ];
}

async function build(cloud: Cloud, server: Server): Promise<void> {
  const { id, name, diskSize, image, type } = server;
  const disk = image.disk ?? {};
  server.machine = await cloud.machines.machine({ id, name, diskSize, architecture: type.architecture, disk });
  await giveAddresses(cloud, server);
  server.status = 'off';
}
