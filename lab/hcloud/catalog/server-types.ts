import { LOCATIONS } from './locations';

export type Architecture = 'x86' | 'arm';

/** A size of servers, as the API shows it. */
export interface ServerType {
  readonly id: number;
  readonly name: string;
  readonly architecture: Architecture;
  /** In GB. */
  readonly disk: number;
  readonly [field: string]: unknown;
}

type Row = readonly [name: string, cores: number, memory: number, disk: number, cpu: string, locations: RegExp];

const EUROPE = /fsn1|nbg1|hel1/;

const ROWS: readonly Row[] = [
  ['cx23', 2, 4, 40, 'shared', EUROPE],
  ['cx33', 4, 8, 80, 'shared', EUROPE],
  ['cx43', 8, 16, 160, 'shared', EUROPE],
  ['cpx11', 2, 2, 40, 'shared', /./],
  ['cpx22', 2, 4, 80, 'shared', /./],
  ['ccx13', 2, 8, 80, 'dedicated', /./],
  ['cax11', 2, 4, 40, 'shared', EUROPE],
  ['cax21', 4, 8, 80, 'shared', EUROPE],
];

const PRICE = { net: '0.0050000000', gross: '0.0059500000000000' };

export const SERVER_TYPES: readonly ServerType[] = ROWS.map(([name, cores, memory, disk, cpu, places], index) => {
  const locations = LOCATIONS.filter((location) => places.test(location.name));
  return {
    id: 101 + index,
    name,
    description: name.toUpperCase(),
    category: cpu === 'shared' ? 'Shared vCPU' : 'Dedicated vCPU',
    cores,
    memory,
    disk,
    storage_type: 'local',
    cpu_type: cpu,
    architecture: name.startsWith('cax') ? 'arm' : 'x86',
    deprecated: false,
    deprecation: null,
    prices: locations.map((location) => ({
      location: location.name,
      price_hourly: PRICE,
      price_monthly: PRICE,
      included_traffic: 21990232555520,
      price_per_tb_traffic: PRICE,
    })),
    locations: locations.map((location) => ({
      id: location.id,
      name: location.name,
      recommended: true,
      available: true,
      deprecation: null,
    })),
  };
});
