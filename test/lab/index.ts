export { labUnavailable } from './availability';
export type { CommandResult } from './command';
export { Lab } from './lab';
export { LabHost, type LabHostOptions, type Shape } from './lab-host';
