import { ApiError } from '../api/api-error';
import type { Body } from '../api/body';
import { LOCATIONS, type Location } from '../catalog/locations';
import { SERVER_TYPES, type ServerType } from '../catalog/server-types';
import type { Cloud } from '../cloud/cloud';
import type { Firewall } from '../entities/firewall';
import type { Image } from '../entities/image';
import type { Network } from '../entities/network';
import type { PlacementGroup } from '../entities/placement-group';
import type { IpType, PrimaryIp } from '../entities/primary-ip';
import type { Volume } from '../entities/volume';
import { catalogEntry } from './catalog-routes';
import { refuseFullGroup } from './placement-group';

const MAX_USER_DATA = 32 * 1024;
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** What a request for a server asks for, checked. */
export interface ServerRequest {
  readonly type: ServerType;
  readonly image: Image;
  readonly location: Location;
  readonly keys: readonly string[];
  readonly userData: string;
  readonly start: boolean;
  readonly volumes: readonly Volume[];
  readonly networks: readonly Network[];
  readonly firewalls: readonly Firewall[];
  readonly placementGroup?: PlacementGroup;
  /** One that exists, true for a new one, or false. */
  readonly ipv4: PrimaryIp | boolean;
  readonly ipv6: PrimaryIp | boolean;
}

/** @throws ApiError for a request that the API refuses */
export function serverRequest(cloud: Cloud, body: Body): ServerRequest {
  const type = catalogEntry(SERVER_TYPES, body.idOrName('server_type'), 'server_type');
  const location = catalogEntry(LOCATIONS, body.optionalText('location') ?? 'fsn1', 'location');
  const available = (type.locations as { readonly name: string }[]).some(({ name }) => name === location.name);
  if (!available) throw new ApiError('resource_unavailable', `server type ${type.name} is not available there`);
  const group = body.has('placement_group') ? cloud.placementGroups.get(body.number('placement_group')) : undefined;
  if (group !== undefined) refuseFullGroup(cloud, group);
  return {
    type,
    location,
    image: imageFor(cloud, body.idOrName('image'), type),
    keys: body.numbers('ssh_keys').map((id) => cloud.sshKeys.get(id).public_key),
    userData: userDataOf(body),
    start: body.flag('start_after_create', true),
    volumes: body.numbers('volumes').map((id) => cloud.volumes.get(id)),
    networks: body.numbers('networks').map((id) => cloud.networks.get(id)),
    firewalls: body.bodies('firewalls').map((firewall) => cloud.firewalls.get(firewall.number('firewall'))),
    placementGroup: group,
    ipv4: address(cloud, body.body('public_net'), 'ipv4', location),
    ipv6: address(cloud, body.body('public_net'), 'ipv6', location),
  };
}

/** @throws ApiError for what is not a host name */
export function checkHostName(name: string): void {
  if (!HOST_NAME.test(name)) throw ApiError.field('name', 'Name must be a valid hostname.');
}

/** An image that fits a type of server. @throws ApiError for one that does not */
export function imageFor(cloud: Cloud, idOrName: string, type: ServerType, diskSize = type.disk): Image {
  const all = [...cloud.stock, ...cloud.images.all()];
  const named = all.filter(({ id, name }) => String(id) === idOrName || name === idOrName);
  const image = named.find(({ architecture }) => architecture === type.architecture) ?? named[0];
  if (image === undefined) throw ApiError.field('image', `image ${idOrName} not found`);
  if (image.architecture !== type.architecture) {
    throw ApiError.field('image', `image is for ${image.architecture}, the server type for ${type.architecture}`);
  }
  if (image.disk_size > diskSize) {
    throw ApiError.field('image', `image needs a disk of ${image.disk_size} GB, the server has ${diskSize} GB`);
  }
  if (image.status !== 'available') throw new ApiError('resource_unavailable', 'image is not available yet');
  return image;
}

function userDataOf(body: Body): string {
  const userData = body.optionalText('user_data') ?? '';
  if (Buffer.byteLength(userData) > MAX_USER_DATA)
    throw ApiError.field('user_data', 'Longer than maximum length 32768.');
  return userData;
}

function address(cloud: Cloud, body: Body, type: IpType, location: Location): PrimaryIp | boolean {
  if (!body.flag(`enable_${type}`, true)) return false;
  if (!body.has(type)) return true;
  const ip = cloud.primaryIps.get(body.number(type));
  if (ip.type !== type) throw new ApiError('primary_ip_version_mismatch', `primary IP is not an ${type}`);
  if (ip.assignee !== null) throw new ApiError('primary_ip_assigned', 'primary IP is already assigned');
  if (ip.location.name !== location.name) throw ApiError.field('public_net', 'primary IP is in another location');
  return ip;
}
