import { describe } from 'vitest';

/** A group of tests that is skipped, with the reason in its title, where there is a reason. */
export function describeUnless(reason: string | undefined, title: string, tests: () => void): void {
  describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (skipped: ${reason})`, tests);
}
