export { HcloudDouble, type HcloudDoubleOptions } from './hcloud-double';
export type { Answered } from './api/http-server';
export type { ActionFault, Faults, RequestFault } from './cloud/faults';
export type { Made } from './cloud/history';
export { LabMachines, type ServerHostOptions, type Stranger } from './machines/lab-machines';
