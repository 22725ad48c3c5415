import { labelSelector } from '../api/label-selector';
import type { Cloud } from '../cloud/cloud';
import type { LoadBalancer, LoadBalancerTarget } from '../entities/load-balancer';

const INCLUDED_TRAFFIC = 21990232555520;

/** As the API shows it. */
export function renderLoadBalancer(cloud: Cloud, balancer: LoadBalancer): object {
  const { id, name, labels, created, location, ipv4, ipv6, dnsNames, services, protection } = balancer;
  return {
    id,
    name,
    labels,
    created,
    location,
    protection,
    services,
    load_balancer_type: balancer.type,
    algorithm: { type: balancer.algorithm },
    public_net: {
      enabled: balancer.publicInterface,
      ipv4: { ip: ipv4, dns_ptr: dnsNames.of(ipv4) },
      ipv6: { ip: ipv6, dns_ptr: dnsNames.of(ipv6) },
    },
    private_net: balancer.network === null ? [] : [balancer.network],
    targets: balancer.targets.map((target) => renderTarget(cloud, balancer, target)),
    included_traffic: INCLUDED_TRAFFIC,
    outgoing_traffic: 0,
    ingoing_traffic: 0,
  };
}

function renderTarget(cloud: Cloud, { services }: LoadBalancer, target: LoadBalancerTarget): object {
  const { type, what, use_private_ip } = target;
  const health_status = services.map(({ listen_port }) => ({ listen_port, status: 'healthy' }));
  if (type === 'ip') return { type, ip: { ip: what }, health_status, use_private_ip };
  const server = (id: number) => ({ type: 'server', server: { id }, health_status, use_private_ip });
  if (type === 'server') return server(Number(what));
  const matching = cloud.servers.all().filter(({ labels }) => labelSelector(what)(labels));
  return { type, label_selector: { selector: what }, use_private_ip, targets: matching.map(({ id }) => server(id)) };
}
