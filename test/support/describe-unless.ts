import { describe, it } from 'vitest';

/** A group of tests that is skipped, with the reason in its title, where there is a reason. */
export function describeUnless(reason: string | undefined, title: string, tests: () => void): void {
  describe.skipIf(reason !== undefined)(withReason(title, reason), tests);
}

/** A test that is skipped in the same way. */
export function itUnless(reason: string | undefined, title: string, test: () => void | Promise<void>): void {
  it.skipIf(reason !== undefined)(withReason(title, reason), test);
}

function withReason(title: string, reason: string | undefined): string {
  return reason === undefined ? title : `${title} (skipped: ${reason})`;
}
