export { labUnavailable } from './availability';
export type { CommandResult } from './command';
export { Lab } from './lab';
export type { HostOptions, Shape } from './host/host-options';
export type { HostNetwork } from './host/host-network';
export { LabHost } from './host/lab-host';
export { LatencyProxy } from './latency-proxy';
export { Lxd } from './lxd/lxd';
export { lxdUnavailable } from './lxd/availability';
