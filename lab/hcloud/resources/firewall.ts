import { ApiError } from '../api/api-error';
import type { Body } from '../api/body';
import { labelSelector } from '../api/label-selector';
import { created, nothing, type Route } from '../api/router';
import type { Action } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import type { Firewall, FirewallRule } from '../entities/firewall';
import type { Server } from '../entities/server';
import { commandRoutes } from './action-routes';
import { resourceRoutes } from './routes';

const WITH_PORTS = ['tcp', 'udp'];

export function firewallRoutes(cloud: Cloud): Route[] {
  const { firewalls } = cloud;
  return [
    {
      method: 'POST',
      path: '/firewalls',
      handle: ({ body }) => {
        const rules = rulesOf(body);
        const name = firewalls.claim(body.text('name'));
        const firewall = firewalls.add({
          name,
          labels: body.labels(),
          rules,
          servers: new Set<number>(),
          selectors: new Set<string>(),
        });
        const actions = body.has('apply_to') ? apply(cloud, firewall, body.bodies('apply_to')) : [];
        return created({ firewall: render(cloud, firewall), actions });
      },
    },
    ...resourceRoutes<Firewall>({
      collection: firewalls,
      singular: 'firewall',
      render: (firewall) => render(cloud, firewall),
      remove: (firewall) => {
        if (firewall.servers.size + firewall.selectors.size > 0) {
          throw new ApiError('resource_in_use', `firewall with ID '${firewall.id}' is still in use`);
        }
        firewalls.remove(firewall);
        return nothing;
      },
    }),
    ...commandRoutes(firewalls, 'firewall', cloud.actions, {
      set_rules: (firewall, { body }) => {
        const rules = rulesOf(body);
        const command = 'set_firewall_rules';
        return [
          cloud.actions.start(command, [{ type: 'firewall', id: firewall.id }], () => void (firewall.rules = rules)),
        ];
      },
      apply_to_resources: (firewall, { body }) => apply(cloud, firewall, body.bodies('apply_to')),
      remove_from_resources: (firewall, { body }) => removeFrom(cloud, firewall, body.bodies('remove_from')),
    }),
  ];
}

/** Ids of the firewalls that protect a server. */
export function firewallsOf({ firewalls }: Cloud, server: Server): number[] {
  return firewalls
    .all()
    .filter((firewall) => firewall.servers.has(server.id) || bySelector(firewall, server))
    .map(({ id }) => id);
}

function bySelector({ selectors }: Firewall, server: Server): boolean {
  return [...selectors].some((selector) => labelSelector(selector)(server.labels));
}

function apply(cloud: Cloud, firewall: Firewall, resources: readonly Body[]): Action[] {
  return resources.map((resource) => {
    if (resource.text('type') === 'label_selector') {
      const selector = resource.body('label_selector').text('selector');
      labelSelector(selector);
      return act(cloud, firewall, 'apply_firewall', () => firewall.selectors.add(selector));
    }
    const server = cloud.servers.get(resource.body('server').number('id'));
    if (firewall.servers.has(server.id)) {
      throw new ApiError('firewall_already_applied', 'firewall is already applied to the server');
    }
    return act(cloud, firewall, 'apply_firewall', () => firewall.servers.add(server.id), server);
  });
}

function removeFrom(cloud: Cloud, firewall: Firewall, resources: readonly Body[]): Action[] {
  return resources.map((resource) => {
    if (resource.text('type') === 'label_selector') {
      const selector = resource.body('label_selector').text('selector');
      return act(cloud, firewall, 'remove_firewall', () => firewall.selectors.delete(selector));
    }
    const id = resource.body('server').number('id');
    if (!firewall.servers.has(id)) throw new ApiError('firewall_already_removed', 'firewall is not applied to it');
    return act(cloud, firewall, 'remove_firewall', () => firewall.servers.delete(id), cloud.servers.find(id));
  });
}

function act(cloud: Cloud, { id }: Firewall, command: string, work: () => unknown, server?: Server): Action {
  const resources = [{ type: 'firewall', id }, ...(server === undefined ? [] : [{ type: 'server', id: server.id }])];
  return cloud.actions.beside(command, resources, () => void work());
}

function rulesOf(body: Body): FirewallRule[] {
  return body.bodies('rules').map((rule) => {
    const protocol = rule.text('protocol');
    const port = rule.optionalText('port') ?? null;
    if ((port !== null) !== WITH_PORTS.includes(protocol)) throw ApiError.field('port', `does not fit ${protocol}`);
    return {
      direction: rule.text('direction'),
      protocol,
      port,
      source_ips: rule.texts('source_ips'),
      destination_ips: rule.texts('destination_ips'),
      description: rule.optionalText('description') ?? null,
    };
  });
}

function render(cloud: Cloud, { servers, selectors, ...firewall }: Firewall): object {
  const server = (id: number) => ({ type: 'server', server: { id } });
  const matching = (selector: string) => cloud.servers.all().filter(({ labels }) => labelSelector(selector)(labels));
  return {
    ...firewall,
    applied_to: [
      ...[...servers].map(server),
      ...[...selectors].map((selector) => ({
        type: 'label_selector',
        label_selector: { selector },
        applied_to_resources: matching(selector).map(({ id }) => server(id)),
      })),
    ],
  };
}
