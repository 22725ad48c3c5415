import { ApiError } from '../api/api-error';
import { created, nothing, type Route } from '../api/router';
import type { Cloud } from '../cloud/cloud';
import type { PlacementGroup } from '../entities/placement-group';
import { resourceRoutes } from './routes';

const MAX_SERVERS = 10;

export function placementGroupRoutes(cloud: Cloud): Route[] {
  const { placementGroups } = cloud;
  return [
    {
      method: 'POST',
      path: '/placement_groups',
      handle: ({ body }) => {
        const type = body.text('type');
        if (type !== 'spread') throw ApiError.field('type', 'Must be spread.');
        const group = placementGroups.add({
          name: placementGroups.claim(body.text('name')),
          labels: body.labels(),
          type,
        });
        return created({ placement_group: renderPlacementGroup(cloud, group), action: null });
      },
    },
    ...resourceRoutes<PlacementGroup>({
      collection: placementGroups,
      singular: 'placement_group',
      render: (group) => renderPlacementGroup(cloud, group),
      remove: (group) => {
        if (serversOf(cloud, group).length > 0) throw new ApiError('resource_in_use', 'placement group is in use');
        placementGroups.remove(group);
        return nothing;
      },
    }),
  ];
}

export function renderPlacementGroup(cloud: Cloud, group: PlacementGroup): object {
  return { ...group, servers: serversOf(cloud, group) };
}

/** @throws ApiError for a group that is full */
export function refuseFullGroup(cloud: Cloud, group: PlacementGroup): void {
  if (serversOf(cloud, group).length >= MAX_SERVERS) {
    throw new ApiError('placement_error', 'the placement group has 10 servers already');
  }
}

function serversOf({ servers }: Cloud, group: PlacementGroup): number[] {
  return servers
    .all()
    .filter((server) => server.placementGroup === group.id)
    .map(({ id }) => id);
}
