import { lxdUnavailable } from '../../lab';
import { describeUnless } from './describe-unless';

/** A group of tests that is skipped, with the reason in its title, where a lab can have no LXD. */
export function describeWithLxd(title: string, tests: () => void): void {
  describeUnless(lxdUnavailable, title, tests);
}
