import type { IConstruct } from 'constructs';
import type { Accounts } from '../../evaluation/request/wants';
import { similarName } from '../../private/similar-name';
import { warnOnce } from '../../terraform/annotations';
import { display } from '../../validation/display';
import type { Secrets } from './check';

interface NamedAccount {
  /** `secrets.x.owner` */
  readonly at: string;
  readonly name: string;
  readonly kind: keyof Accounts;
}

/** The users and groups by name that secrets are given to, but for root, whom every host has. */
export function namedAccounts(secrets: Secrets): NamedAccount[] {
  const all = Object.entries(secrets).flatMap(([secret, { owner = 'root', group = 'root' }]): NamedAccount[] => [
    { at: `secrets.${secret}.owner`, name: owner, kind: 'users' },
    { at: `secrets.${secret}.group`, name: group, kind: 'groups' },
  ]);
  return all.filter(({ name }) => name !== 'root' && !/^\d+$/.test(name));
}

/**
 * Warns of users and groups that the configuration does not declare: a host that does not know them either rolls back. It
 * may know them all the same, from a directory service or because somebody made them by hand.
 *
 * @param accounts undefined when they were not evaluated, null when the configuration has no options for them
 */
export function warnOfUnknownOwners(deployment: IConstruct, secrets: Secrets, accounts?: Accounts | null): void {
  if (accounts === undefined || accounts === null) return;
  for (const { at, name, kind } of namedAccounts(secrets)) {
    const declared = accounts[kind];
    if (declared.includes(name)) continue;
    const meant = similarName(name, declared);
    const advice = meant === undefined ? 'correct it if it is misspelt, or declare it' : `did you mean ${meant}?`;
    warnOnce(
      deployment,
      `${at}: the configuration does not declare ${display(name)} in users.${kind}, and a host that does not know it ` +
        `rolls back; ${advice}`,
    );
  }
}
