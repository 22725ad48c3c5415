import { existsSync, readFileSync } from 'node:fs';
import { labUnavailable } from '../availability';

/** What the packages of packages.txt bring. */
const PROGRAMS = ['/usr/bin/lxd', '/usr/bin/lxc'];
/** Which users of the machine the users of a container are. */
const RANGES = ['/etc/subuid', '/etc/subgid'];

/** The parts of a machine that an LXD needs. */
export interface Machine {
  hasFile(file: string): boolean;
  /** @returns what is in a file that is there */
  read(file: string): string;
}

/** @returns the reason why a machine that can have a lab can have no LXD in it; undefined if it can */
export function lxdUnavailability(machine: Machine): string | undefined {
  if (!PROGRAMS.every((file) => machine.hasFile(file))) {
    return 'LXD is missing: install the packages of lab/lxd/packages.txt';
  }
  const without = RANGES.find((file) => !machine.hasFile(file) || !/^root:/m.test(machine.read(file)));
  return without && `LXD needs a range of users for its containers: root has none in ${without}`;
}

const thisMachine: Machine = { hasFile: existsSync, read: (file) => readFileSync(file, 'utf8') };

/** The reason why a lab can have no LXD on this machine; undefined if it can. */
export const lxdUnavailable: string | undefined = labUnavailable ?? lxdUnavailability(thisMachine);
