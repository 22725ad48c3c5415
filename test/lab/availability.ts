import { accessSync, constants, readFileSync } from 'node:fs';
import * as path from 'node:path';

const PROGRAMS = [
  'dbus-daemon',
  'dpkg-query',
  'fish',
  'flock',
  'gawk',
  'ip',
  'iptables',
  'nix-store',
  'nsenter',
  'ssh-keygen',
  'sshd',
  'sudo',
  'tc',
  'unshare',
  'zstd',
];
const DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];

/** Why the lab can't run on this machine, in words for a skipped test's title; undefined where it can. */
export const labUnavailable: string | undefined = reason();

function reason(): string | undefined {
  if (process.platform !== 'linux') return `the lab needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'the lab needs root';
  const missing = PROGRAMS.filter((program) => !DIRECTORIES.some((directory) => isProgram(directory, program)));
  if (!isProgram('/usr/lib/systemd', 'systemd')) missing.push('systemd');
  if (missing.length > 0) {
    return `the lab needs ${missing.join(', ')}: install the packages of test/lab/packages.txt`;
  }
  if (!readFileSync('/proc/filesystems', 'utf8').includes('tmpfs')) return 'the lab needs tmpfs';
  return undefined;
}

function isProgram(directory: string, program: string): boolean {
  try {
    accessSync(path.join(directory, program), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
