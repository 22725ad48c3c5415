import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { run, type CommandResult } from './command';
import type { LabHost } from './host/lab-host';

/** The parts of a host that a login needs. */
type Login = Pick<LabHost, 'name' | 'address' | 'user' | 'hostKey' | 'identityFile'>;

interface LoginOptions {
  readonly input?: Buffer;
  /** As for `ssh -o`; the first of a name counts. */
  readonly settings?: readonly string[];
}

/** Logs in to a host as anyone would: with its pinned key, and without this machine's own ssh configuration. */
export async function ssh(host: Login, command: string, options: LoginOptions = {}): Promise<CommandResult> {
  return run('ssh', sshArguments(host, command, options.settings), { input: options.input });
}

export function sshArguments(host: Login, command: string, settings: readonly string[] = []): string[] {
  return [...loginArguments(host, [...settings, 'BatchMode=yes']), command];
}

/** A login with a terminal. */
export function loginArguments(host: Login, settings: readonly string[] = []): string[] {
  const knownHosts = path.join(path.dirname(host.identityFile), `known-hosts-${host.name}`);
  writeFileSync(knownHosts, `${host.address} ${host.hostKey}\n`);
  const all = [
    ...settings,
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    'ConnectTimeout=10',
  ].flatMap((setting) => ['-o', setting]);
  return ['-F', '/dev/null', '-i', host.identityFile, ...all, `${host.user}@${host.address}`];
}
