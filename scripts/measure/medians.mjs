/** So many runs that one that was disturbed does not count. */
const RUNS = 15;

/**
 * The median of several runs of each program, after one that fills the caches. The programs take turns, so that other
 * work on the machine disturbs all of them alike.
 *
 * @param {(() => number)[]} programs each gives the milliseconds of one run
 * @returns {string[]}
 */
export function medians(programs) {
  programs.forEach((program) => program());
  /** @type {number[][]} */
  const times = programs.map(() => []);
  for (let run = 0; run < RUNS; run += 1) programs.forEach((program, index) => times[index].push(program()));
  return times.map((all) => `${all.sort((a, b) => a - b)[Math.floor(RUNS / 2)].toFixed(1)} ms`);
}
