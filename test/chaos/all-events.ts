import { DISK } from './events/disk';
import { CLIENT, SSHD, SSH_MASTER, SUPERVISOR, TERRAFORM } from './events/kills';
import { NETWORK } from './events/network';
import { FOREIGN_SWITCH, RIVAL } from './events/others';
import { POWER } from './events/power';
import type { ChaosEvent } from './event';

/** Every kind of event, by the name that `--only` takes. */
export const EVENTS = {
  client: CLIENT,
  supervisor: SUPERVISOR,
  terraform: TERRAFORM,
  'ssh-master': SSH_MASTER,
  sshd: SSHD,
  network: NETWORK,
  power: POWER,
  disk: DISK,
  rival: RIVAL,
  foreign: FOREIGN_SWITCH,
} satisfies { readonly [name: string]: ChaosEvent };

export type EventName = keyof typeof EVENTS;
