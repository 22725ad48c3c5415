import { describe } from 'vitest';
import { labUnavailable } from '../../lab';
import { PrivateStore } from './private-store';

/** A group of tests that is skipped, with the reason in its title, where lab hosts can't run. */
export function describeWithLab(title: string, tests: () => void): void {
  describeUnless(labUnavailable, title, tests);
}

/** The same for tests whose deployer also has a /nix of its own. */
export function describeWithPrivateStore(title: string, tests: () => void): void {
  describeUnless(labUnavailable ?? PrivateStore.unavailable, title, tests);
}

function describeUnless(reason: string | undefined, title: string, tests: () => void): void {
  describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (skipped: ${reason})`, tests);
}
