import type { Cloud } from '../cloud/cloud';
import type { Server } from '../entities/server';
import { firewallsOf } from './firewall';
import { renderImage } from './image';
import { renderPlacementGroup } from './placement-group';
import { statusOf } from './server-power';

const INCLUDED_TRAFFIC = 21990232555520;

/** As the API shows it. */
export function renderServer(cloud: Cloud, server: Server): object {
  const { id, name, labels, created, location, protection } = server;
  const group = cloud.placementGroups.find(server.placementGroup);
  return {
    id,
    name,
    labels,
    created,
    status: statusOf(server),
    location,
    protection,
    server_type: server.type,
    image: renderImage(server.image),
    iso: null,
    locked: cloud.actions.isLocked('server', id),
    rescue_enabled: server.rescue !== null,
    primary_disk_size: server.diskSize,
    backup_window: server.backupWindow,
    placement_group: group === undefined ? null : renderPlacementGroup(cloud, group),
    public_net: publicNet(cloud, server),
    private_net: server.privateNet.map(({ network, ip, aliasIps, mac }) => ({
      network,
      ip,
      alias_ips: aliasIps,
      mac_address: mac,
    })),
    ...attached(cloud, server),
    included_traffic: INCLUDED_TRAFFIC,
    outgoing_traffic: 0,
    ingoing_traffic: 0,
  };
}

function publicNet(cloud: Cloud, server: Server): object {
  const ipv4 = cloud.primaryIps.find(server.ipv4);
  const ipv6 = cloud.primaryIps.find(server.ipv6);
  return {
    ipv4: ipv4 && { id: ipv4.id, ip: ipv4.ip, blocked: false, dns_ptr: ipv4.dnsNames.of(ipv4.ip) },
    ipv6: ipv6 && { id: ipv6.id, ip: ipv6.ip, blocked: false, dns_ptr: ipv6.dnsNames.list },
    floating_ips: [],
    firewalls: firewallsOf(cloud, server).map((id) => ({ id, status: 'applied' })),
  };
}

function attached({ volumes, loadBalancers }: Cloud, { id }: Server): object {
  const isTarget = ({ type, what }: { type: string; what: string }) => type === 'server' && what === String(id);
  return {
    volumes: volumes
      .all()
      .filter(({ server }) => server === id)
      .map((volume) => volume.id),
    load_balancers: loadBalancers
      .all()
      .filter(({ targets }) => targets.some(isTarget))
      .map((balancer) => balancer.id),
  };
}
