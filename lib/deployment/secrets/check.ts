import { SECRET_FIELDS } from '../../job/secret-fields';
import type { Secret } from '../../secret';
import type { Checks } from '../../terraform/checks';
import { isToken } from '../../terraform/token';
import { display, displayKind } from '../../validation/display';
import { type OptionNames, optionsProblem } from '../../validation/options';
import type { Problem } from '../../validation/problem';
import { sourceProblem } from '../../validation/secret-origin';
import { unopenedProblem } from '../../validation/secret-storage';
import { ambiguousNamesProblem, valueNameProblem } from '../../validation/value-name';
import { ciphertextDigest, ciphertextProblem } from './ciphertext';

/** A deployment's secrets, by name. */
export interface Secrets {
  readonly [name: string]: Secret;
}

const OPTIONS: OptionNames = { source: true, version: true, ...SECRET_FIELDS } satisfies Record<keyof Secret, unknown>;

/** Refuses secrets that cannot be delivered. @param activates whether the goal activates the system now */
export function checkSecrets(check: Checks, secrets: Secrets, activates: boolean): void {
  check.refuse('secrets', ambiguousNamesProblem(Object.keys(secrets)));
  for (const [name, given] of Object.entries(secrets)) {
    const at = `secrets.${name}`;
    check.refuse('secrets', valueNameProblem(name));
    check.refuse(at, secretProblem(given));
    check.options(at, given, OPTIONS);
    check.refuse(`${at}.source`, sourceProblem(given.source, SOURCE_FIX));
    check.refuse(`${at}.source`, ciphertextProblem(given.source._origin));
    check.fields(`${at}.`, SECRET_FIELDS, { ...given });
    check.refuse(`${at}.version`, versionProblem(given));
    if (!activates) check.refuse(`${at}.storage`, unopenedProblem(given.storage?.name));
  }
}

/** A literal in the place of a secret: it may be the secret itself. */
function secretProblem(given: unknown): Problem | undefined {
  const problem = isToken(given) ? undefined : optionsProblem(given);
  return problem && { ...problem, given: displayKind(given), fix: `write { source: ... }; ${SOURCE_FIX}` };
}

const SOURCE_FIX = 'write SecretSource.file("..."), .command, .environment, .terraform, .sops or .age';

function versionProblem({ source, version }: Secret): Problem | undefined {
  if (version === undefined) return ciphertextDigest(source._origin) === undefined ? NO_VERSION : undefined;
  if (isToken(version) || (typeof version === 'string' && version !== '')) return undefined;
  return { given: display(version), expected: 'a text, or a Terraform token', fix: 'write for example "2026-11"' };
}

const NO_VERSION: Problem = {
  given: 'nothing',
  expected:
    'a text that changes when the secret does: the plan cannot see the secret, and a short secret could be guessed from ' +
    'a digest in the state',
  fix: 'write for example version: "2026-11", and change it with the secret',
};
