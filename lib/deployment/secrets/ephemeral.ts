import type { EphemeralValue } from '../../terraform/ephemeral';
import type { Secrets } from './check';

/** The secrets that Terraform itself hands over. */
export function ephemeralSecrets(secrets: Secrets): EphemeralValue[] {
  return Object.entries(secrets).flatMap(([name, { source }]) =>
    source._origin.kind === 'terraform' ? [{ field: `secrets.${name}.source`, value: source._origin.value }] : [],
  );
}
