import type { Fault } from './support/fault';
import { COPYING } from './table/copying';
import { EXACTNESS } from './table/exactness';
import { JOURNALS } from './table/journal';
import { KILLED_CLIENT } from './table/killed-client';
import { KILLED_TERRAFORM } from './table/killed-terraform';
import { LOST_HOST } from './table/lost-host';
import { MAINTENANCE } from './table/maintenance';
import { POWER } from './table/power';
import { RIVALS } from './table/rivals';
import { SECRETS } from './table/secrets';
import { SWITCHING } from './table/switching';

/** All faults of the suite. */
export const TABLE: readonly Fault[] = [
  ...SWITCHING,
  ...EXACTNESS,
  ...LOST_HOST,
  ...MAINTENANCE,
  ...POWER,
  ...COPYING,
  ...RIVALS,
  ...SECRETS,
  ...JOURNALS,
  ...KILLED_CLIENT,
  ...KILLED_TERRAFORM,
];
