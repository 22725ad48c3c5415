import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LabHost } from '../../../lab';

const SCRIPT = readFileSync(path.join(__dirname, 'host-report.sh'), 'utf8');

/** What comes and goes with logins and with the report itself. */
const PASSING = [
  /^\/\S*systemd --user/,
  /^\(sd-pam\)/,
  /^(\/\S*)?dbus-daemon --session/,
  /^\/\S*systemd-logind/,
  /^\(.*\)$/,
  /^\[.*\]$/,
];

/** The report of host-report.sh on a lab host. */
export interface HostReport {
  readonly running: string;
  readonly profile: string;
  readonly boots: string;
  /** The profile's current generation, `system-2-link`, and how many there are. */
  readonly generation: string;
  readonly generations: number;
  /** Store paths of the running system whose content has changed. */
  readonly damaged: readonly string[];
  /** The journal's; empty without a journal. */
  readonly state: string;
  /** Files below /etc that are not the running system's. */
  readonly etc: readonly string[];
  /** Services that are not as in the running system. */
  readonly services: readonly string[];
  readonly roots: readonly string[];
  readonly temporary: readonly string[];
  /** Generations of delivered files that are neither shown nor committed. */
  readonly files: readonly string[];
  /** What requests and copies have left that came to no transaction. */
  readonly requests: readonly string[];
  readonly units: readonly string[];
  /** Command lines, without store hashes, sorted; connections of sshd are not among them. */
  readonly processes: readonly string[];
  /** sshd's processes for one connection each. */
  readonly sessions: readonly string[];
}

export async function reportOf(host: LabHost): Promise<HostReport> {
  const lines = (await host.read(SCRIPT)).split('\n');
  const all = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  const processes = all('process').map((args) => args.replace(/\/nix\/store\/[a-z0-9]{32}-/g, '').trim());
  return {
    running: all('running')[0] ?? '',
    profile: all('profile')[0] ?? '',
    boots: all('boots')[0] ?? '',
    generation: all('generation')[0] ?? '',
    damaged: all('damaged'),
    generations: Number(all('generations')[0]),
    state: all('state')[0] ?? '',
    etc: all('etc'),
    services: all('services'),
    roots: all('root'),
    temporary: all('temporary'),
    files: all('files'),
    requests: all('request'),
    units: all('unit'),
    processes: processes.filter((args) => !isSession(args) && !PASSING.some((pattern) => pattern.test(args))).sort(),
    sessions: processes.filter(isSession),
  };
}

function isSession(args: string): boolean {
  return args.startsWith('sshd: ') && !args.includes('[listener]');
}
