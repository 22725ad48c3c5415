import { labUnavailable } from '../../../lab';
import { describeUnless } from '../../support/describe-unless';
import { PrivateStore } from '../../../lab/deployer/private-store';

/** A group of tests with lab hosts whose deployer has a /nix of its own; skipped, with the reason, where there are none. */
export function describeWithPrivateStore(title: string, tests: () => void): void {
  describeUnless(labUnavailable ?? PrivateStore.unavailable, title, tests);
}
