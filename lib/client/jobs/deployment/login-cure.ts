import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SshConnection } from '../../../job/job';
import type { LinkFailure } from '../../host/link-failure';
import { escalationCure } from '../../report/escalation-cure';

export type Login = Pick<SshConnection, 'user' | 'port'>;

/**
 * What was wrong with a system that ran but let nobody in, as far as the login's failure and its sshd_config show it.
 *
 * @param toplevel in the store of this machine
 */
export function loginCure({ kind, message }: LinkFailure, { user, port }: Login, toplevel: string): string {
  const cure = escalationCure(message);
  if (cure !== undefined) return cure;
  const sshd = sshdSettings(toplevel);
  if (kind === 'authentication') {
    return user === 'root' && sshd('PermitRootLogin').includes('no')
      ? 'its sshd lets nobody in as root (services.openssh.settings.PermitRootLogin), and ssh.user is root'
      : `its user ${user} needs the public key that deploys (users.users.${user}.openssh.authorizedKeys) and a login shell that exists`;
  }
  const ports = sshd('Port');
  return ports.length > 0 && !ports.includes(String(port))
    ? `its sshd listens on port ${ports.join(', ')} (services.openssh.ports), and ssh.port is ${port}`
    : 'it must run sshd and let its port through (services.openssh, networking.firewall)';
}

/** Reads the settings of the system's sshd. A setting may have several values; none if there is no such file. */
function sshdSettings(toplevel: string): (name: string) => string[] {
  let text = '';
  try {
    text = readFileSync(path.join(toplevel, 'etc', 'ssh', 'sshd_config'), 'utf8');
  } catch {
    // It has no sshd, or keeps its settings elsewhere.
  }
  const words = text.split('\n').map((line) => line.trim().split(/\s+/));
  return (name) => words.filter(([key]) => key?.toLowerCase() === name.toLowerCase()).map(([, value]) => value ?? '');
}
