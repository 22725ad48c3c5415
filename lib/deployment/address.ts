import { LOGIN_FIELDS } from '../job/connection-fields';
import { jobValues } from '../job/field';
import { isToken } from '../terraform/token';
import { comparableHost } from '../validation/host';
import type { JumpHost } from '../jump-host';
import type { SshTarget } from './ssh-connection';

/** A host and the way to it. */
export type Reachable = Pick<SshTarget, 'host' | 'ssh'>;

/**
 * Where a machine is, in one spelling: its host and port, and those of its jump hosts, since a private address behind
 * another jump host is another machine. Undefined when a part of it is known only at apply.
 */
export function literalAddress({ host, ssh }: Reachable): string | undefined {
  const stops = [...(ssh.jumpHosts ?? []), { host, port: ssh.port }].map(endpoint);
  return stops.every((stop) => stop !== undefined) ? stops.join(' ') : undefined;
}

function endpoint({ host, port: given }: Pick<JumpHost, 'host' | 'port'>): string | undefined {
  const { port } = jobValues(LOGIN_FIELDS, { port: given });
  return isToken(host) || isToken(port) ? undefined : `[${comparableHost(host)}]:${port}`;
}
