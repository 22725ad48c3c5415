import type { Checks } from '../../terraform/checks';
import type { Secrets } from './check';

/** Shorter texts occur by chance. The search of the client has the same limit. */
const MIN_LENGTH = 12;

/**
 * Refuses triggers with a secret in them, and versions, which are in the trigger `secrets`: they are in the state before the
 * client runs, which searches everything else. Of the secrets, synth can know those of its own environment.
 */
export function checkTriggersForSecrets(
  check: Checks,
  triggers: { readonly [name: string]: string },
  secrets: Secrets,
): void {
  const inState = [
    ...Object.entries(triggers).map(([name, text]) => [`triggers.${name}`, text] as const),
    ...Object.entries(secrets).map(([name, { version = '' }]) => [`secrets.${name}.version`, version] as const),
  ];
  for (const [name, { source }] of Object.entries(secrets)) {
    const variable = source._origin.kind === 'environment' ? source._origin.name : '';
    const content = process.env[variable]?.trim() ?? '';
    if (content.length < MIN_LENGTH) continue;
    const [field] = inState.find(([, text]) => text.includes(content)) ?? [];
    if (field === undefined) continue;
    check.refuse(field, {
      given: `a text with the secret ${name} in it (not shown)`,
      expected: 'a text that may be in the state',
      fix: `take it out, and change secrets.${name}.version when the secret changes`,
    });
  }
}
