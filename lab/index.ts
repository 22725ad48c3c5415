export { labUnavailable } from './availability';
export type { CommandResult } from './command';
export { Lab } from './lab';
export type { HostOptions, Shape } from './host-options';
export type { HostNetwork } from './host-network';
export { LabHost } from './lab-host';
export { LatencyProxy } from './latency-proxy';
