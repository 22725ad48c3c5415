import type { EphemeralValue } from '../../terraform/ephemeral';
import type { SshOptions } from '../../ssh-options';
import type { Secrets } from './check';

/** What Terraform itself hands over and must not keep: secrets, and the password for sudo. */
export function ephemeralValues(secrets: Secrets, { privilegeEscalation }: SshOptions): EphemeralValue[] {
  const given = Object.entries(secrets).map(
    ([name, { source }]) => [`secrets.${name}.source`, source._origin] as const,
  );
  const password = privilegeEscalation?._password;
  return [
    ...given,
    ...(password === undefined ? [] : [['ssh.privilegeEscalation.password', password] as const]),
  ].flatMap(([field, origin]) => (origin.kind === 'terraform' ? [{ field, value: origin.value }] : []));
}
