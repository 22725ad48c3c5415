import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** One program of each package of packages.txt, and of those that every Debian has. */
const PROGRAMS = [
  'dbus-daemon',
  'doas',
  'dpkg-query',
  'fish',
  'flock',
  'gawk',
  'ip',
  'iptables',
  'mkfs.ext4',
  'nix-store',
  'nsenter',
  'perl',
  'pgrep',
  'ssh-keygen',
  'sshd',
  'sudo',
  'tc',
  'unshare',
  'zstd',
];
const DIRECTORIES = ['/usr/sbin', '/usr/bin'];

/** The parts of a machine that the lab needs. */
export interface Machine {
  readonly platform: string;
  readonly root: boolean;
  hasProgram(name: string): boolean;
  hasFile(file: string): boolean;
  /** @returns the reason why namespaces and mounts do not work; undefined if they do */
  namespaces(): string | undefined;
}

/** @returns the reason why the lab cannot run on a machine, in words for a skipped test's title; undefined if it can */
export function unavailability(machine: Machine): string | undefined {
  if (machine.platform !== 'linux') return `the lab needs Linux, this is ${machine.platform}`;
  if (!machine.root) return 'the lab needs root';
  const missing = PROGRAMS.filter((program) => !machine.hasProgram(program));
  if (!machine.hasFile('/usr/lib/systemd/systemd')) missing.push('systemd');
  if (!machine.hasFile('/usr/lib/systemd/user/dbus.service')) missing.push('dbus-user-session');
  if (missing.length > 0) return `the lab needs ${missing.join(', ')}: install the packages of lab/packages.txt`;
  const refusal = machine.namespaces();
  return refusal === undefined ? undefined : `the lab needs namespaces and mounts, which fail here: ${refusal}`;
}

const thisMachine: Machine = {
  platform: process.platform,
  root: process.getuid?.() === 0,
  hasProgram: (name) => DIRECTORIES.some((directory) => may(path.join(directory, name), constants.X_OK)),
  hasFile: (file) => may(file, constants.F_OK),
  namespaces: () => {
    const flags = ['--mount', '--net', '--pid', '--uts', '--ipc', '--cgroup', '--fork'];
    const result = spawnSync('unshare', [...flags, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { encoding: 'utf8' });
    return result.status === 0 ? undefined : (result.error?.message ?? result.stderr.trim());
  },
};

function may(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

/** The reason why the lab cannot run on this machine; undefined if it can. */
export const labUnavailable: string | undefined = unavailability(thisMachine);
