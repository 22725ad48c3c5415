import type { Fault } from './support/fault';
import { COPYING } from './table/copying';
import { KILLED_CLIENT } from './table/killed-client';
import { KILLED_TERRAFORM } from './table/killed-terraform';
import { LOST_HOST } from './table/lost-host';
import { RIVALS } from './table/rivals';
import { SWITCHING } from './table/switching';

/** All faults of the suite. */
export const TABLE: readonly Fault[] = [
  ...SWITCHING,
  ...LOST_HOST,
  ...COPYING,
  ...RIVALS,
  ...KILLED_CLIENT,
  ...KILLED_TERRAFORM,
];
