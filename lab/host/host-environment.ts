import path from 'node:path';
import type { HostOptions } from './host-options';
import type { HostParts } from './host-parts';

/** How the scripts of the lab know a host. */
export interface HostEnvironment {
  readonly LAB_DIR: string;
  readonly HOST_DIR: string;
  readonly HOST_DISK: string;
  readonly [name: string]: string;
}

/** @param lab the lab's directory */
export function environmentOf(lab: string, name: string, options: HostOptions, parts: HostParts): HostEnvironment {
  return {
    LAB_DIR: lab,
    HOST_DIR: path.join(lab, 'hosts', name),
    HOST_NAME: parts.hostName ?? name,
    HOST_SHAPE: options.shape,
    HOST_SHELL: options.shell ?? 'sh',
    HOST_DISK: options.disk ?? 'memory',
    HOST_STORE_MIB: String(options.storeMib ?? 512),
    HOST_STATE_MIB: String(options.stateMib ?? 0),
    HOST_CGROUP: `${path.basename(lab)}/${name}`,
    HOST_NETWORK: parts.network ?? '',
    HOST_SDA: parts.sda ?? '',
    HOST_KEYS: parts.authorizedKeys ?? '',
    HOST_IMAGE: parts.image ?? '',
    SWITCH_TO_CONFIGURATION: process.env.SWITCH_TO_CONFIGURATION ?? '',
  };
}
