/** So many runs that one that was disturbed does not count. */
const RUNS = 15;

/**
 * The median of several runs, after one that fills the caches.
 *
 * @param {() => number} run gives its milliseconds
 */
export function medianMilliseconds(run) {
  run();
  const times = Array.from({ length: RUNS }, run).sort((a, b) => a - b);
  return times[Math.floor(RUNS / 2)];
}

/** @param {number} milliseconds */
export function inMilliseconds(milliseconds) {
  return `${milliseconds.toFixed(1)} ms`;
}
