import type { Image } from '../entities/image';
import type { Architecture } from './server-types';

const STOCK = ['ubuntu-22.04', 'ubuntu-24.04', 'debian-12', 'debian-13'];
const STOCK_DISK_GB = 5;

/** The distributions that the cloud offers. */
export function stockImages(): Image[] {
  const architectures: Architecture[] = ['x86', 'arm'];
  return STOCK.flatMap((name) => architectures.map((architecture) => ({ name, architecture }))).map(
    ({ name, architecture }, index) => ({
      id: 1001 + index,
      name,
      labels: {},
      created: '2026-01-01T00:00:00Z',
      type: 'system',
      status: 'available',
      description: name,
      image_size: null,
      disk_size: STOCK_DISK_GB,
      created_from: null,
      architecture,
      os_flavor: name.split('-')[0]!,
      os_version: name.split('-')[1]!,
      protection: { delete: false },
      disk: { stock: name },
    }),
  );
}
