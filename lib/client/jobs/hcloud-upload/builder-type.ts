import type { Architecture } from '../../../job/hcloud-fields';
import type { HcloudApi } from '../../hcloud/api';
import type { ServerType } from '../../hcloud/objects';
import { displayBytes } from '../../kit';
import { uploadError } from './explained';

/** Hetzner counts the gigabytes of a disk in steps of a thousand. */
const GIGABYTE = 1e9;

/** A type of server at a place that offers it. */
export interface Offer {
  readonly serverType: string;
  readonly location: string;
}

interface Wanted {
  readonly architecture: Architecture;
  /** @default - any */
  readonly location?: string;
  /** Of the image. */
  readonly bytes: number;
}

/**
 * Where a builder can be made, the best offer first. A snapshot is only for servers whose disk is as large as the
 * builder's: the smallest disk counts before the price.
 *
 * @throws DeployError when there is none
 */
export async function builderOffers(api: HcloudApi, wanted: Wanted): Promise<Offer[]> {
  const all = await api.list<ServerType>('server_types', {});
  const fitting = all
    .filter(({ architecture, disk }) => architecture === wanted.architecture && disk * GIGABYTE >= wanted.bytes)
    .filter(({ deprecation }) => deprecation === undefined || deprecation === null);
  const offers = fitting.flatMap(({ name, disk, prices }) =>
    prices.map(({ location, price_hourly }) => ({
      serverType: name,
      location,
      disk,
      price: Number(price_hourly.gross),
    })),
  );
  const usable = offers
    .filter(({ location }) => wanted.location === undefined || location === wanted.location)
    .sort((a, b) => a.disk - b.disk || a.price - b.price || (a.location < b.location ? -1 : 1));
  if (usable.length === 0) throw noOffer(wanted, fitting);
  return usable.map(({ serverType, location }) => ({ serverType, location }));
}

function noOffer({ architecture, location, bytes }: Wanted, fitting: readonly ServerType[]) {
  const places = [...new Set(fitting.flatMap(({ prices }) => prices.map((price) => price.location)))].sort();
  const where = location === undefined ? '' : ` in ${location}`;
  return uploadError(
    `no ${architecture} server${where} has a disk for an image of ${displayBytes(bytes)}`,
    places.length === 0
      ? 'make the disk of the image smaller: it grows to that of the server at the first boot'
      : `set location of the image to one of ${places.join(', ')}`,
  );
}
