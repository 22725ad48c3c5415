import { field, oneOf } from '../../../job/field';
import { type GoalName, goalNamed } from '../../../job/goal';
import { SECRET_FIELDS } from '../../../job/secret-fields';
import { display } from '../../../validation/display';
import { type Problem, REGENERATE } from '../../../validation/problem';
import { argvProblem, environmentNameProblem, sopsKeyProblem } from '../../../validation/secret-origin';
import { unopenedProblem } from '../../../validation/secret-storage';
import { ambiguousNamesProblem, valueNameProblem } from '../../../validation/value-name';
import type { JobChecks, Unchecked } from '../../job-checks';

/** Checks the secrets of a job. What Terraform gave for one is never shown. @throws InputError for the first problem */
export function checkSecrets(secrets: Unchecked, goal: GoalName, checks: JobChecks): void {
  checks.check('secrets', secrets, () => ambiguousNamesProblem(Object.keys(secrets)));
  for (const [name, given] of Object.entries(secrets)) {
    const at = `secrets.${name}`;
    checks.check(at, name, valueNameProblem);
    const secret = checks.object(at, given);
    checkOrigin(checks.object(`${at}.source`, secret.origin), `${at}.source`, checks);
    checks.required(`${at}.version`, secret.revision, field(revisionProblem));
    checks.fields(`${at}.`, SECRET_FIELDS, secret);
    if (!goalNamed(goal).activates) checks.check(`${at}.storage`, secret.storage, unopenedProblem);
  }
}

/** The fields of each kind of origin. */
const ORIGINS: { readonly [kind: string]: (origin: Unchecked, at: string, checks: JobChecks) => void } = {
  file: ({ file }, at, checks) => checks.check(`${at}.file`, file, pathProblem),
  command: ({ argv }, at, checks) => checks.check(`${at}.argv`, argv, argvProblem),
  environment: ({ name }, at, checks) => checks.check(`${at}.name`, name, environmentNameProblem),
  terraform: ({ value }, at, checks) => checks.required(`${at}.value`, value, field(ephemeralProblem)),
  sops({ file, key }, at, checks) {
    checks.check(`${at}.file`, file, pathProblem);
    checks.check(`${at}.key`, checks.list(`${at}.key`, key), sopsKeyProblem);
  },
  age({ file, identityFiles }, at, checks) {
    checks.check(`${at}.file`, file, pathProblem);
    checks
      .list(`${at}.identityFiles`, identityFiles)
      .forEach((identity, i) => checks.check(`${at}.identityFiles[${i}]`, identity, pathProblem));
  },
};

/** Checks where something secret is read. @throws InputError for the first problem */
export function checkOrigin(origin: Unchecked, at: string, checks: JobChecks): void {
  checks.check(`${at}.kind`, origin.kind, oneOf(...Object.keys(ORIGINS)));
  ORIGINS[origin.kind as string]?.(origin, at, checks);
}

function pathProblem(file: unknown): Problem | undefined {
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return undefined;
  return { given: display(file), expected: 'the path of a file', fix: REGENERATE };
}

function revisionProblem(revision: unknown): Problem | undefined {
  if (typeof revision === 'string' && revision !== '') return undefined;
  const fix = 'give a version that changes when the secret does';
  return { given: display(revision), expected: 'a text that is not empty', fix };
}

function ephemeralProblem(value: unknown): Problem | undefined {
  if (typeof value === 'string') return undefined;
  const given = value === null ? 'null' : `a ${typeof value} (not shown)`;
  return { given, expected: 'a string', fix: 'give a string, for example with tostring() or jsonencode()' };
}
