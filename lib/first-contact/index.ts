export { FirstContact, type FirstContactProps } from './first-contact';
export type { Dependable, HostKeyRecorder } from './host-key-recorder';
