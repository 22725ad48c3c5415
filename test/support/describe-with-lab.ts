import { describeUnless } from './describe-unless';
import { ALL_TESTS } from './extent';
import { labUnavailable } from '../../lab/availability';
import type { Shape } from '../../lab/host/host-options';

/** A group of tests that is skipped, with the reason in its title, where lab hosts cannot run. */
export function describeWithLab(title: string, tests: () => void): void {
  describeUnless(labUnavailable, title, tests);
}

/**
 * Such a group once for each shape of host.
 *
 * @param shapes the first is the one that `npm test` plays; `npm run test:slow` plays all
 * @param title `%s` in it is the shape
 */
export function describeOnShapes<Some extends Shape>(
  shapes: readonly Some[],
  title: string,
  tests: (shape: Some) => void,
): void {
  for (const shape of ALL_TESTS ? shapes : shapes.slice(0, 1))
    describeWithLab(title.replace('%s', shape), () => tests(shape));
}
