import { parseArgs } from 'node:util';

/**
 * What is asked for on the command line.
 *
 * @typedef {object} ChaosArguments
 * @property {number} runs
 * @property {number} seed
 * @property {number} workers
 * @property {string} [only]
 */

export const EVENT_NAMES = [
  'client',
  'supervisor',
  'terraform',
  'ssh-master',
  'sshd',
  'network',
  'power',
  'disk',
  'rival',
  'foreign',
];

export const USAGE = `usage: npm run chaos -- [options]

Deploys to lab hosts and strikes each deployment once, at a random moment (docs/faults.md). Exit status 1 if any host or
any message was not as it has to be.

  --runs N        how many deployments (default: 20); from 180 on, each event must have hit each phase three times
  --seed S        decides everything that is random (default: a new one); with --runs 1, the seed of the run itself
  --workers W     how many at the same time (default: 2)
  --only EVENT    ${EVENT_NAMES.join(', ')}
  --help          prints this text`;

/**
 * @param {readonly string[]} args
 * @returns {ChaosArguments | undefined} undefined when help is asked for
 * @throws Error with what was given, what is expected, and the usage
 */
export function chaosOptions(args) {
  const values = parsed(args);
  if (values.help) return undefined;
  const { only } = values;
  if (only !== undefined && !EVENT_NAMES.includes(only)) {
    throw refusal(`--only: got ${only}, expected one of ${EVENT_NAMES.join(', ')}`);
  }
  if (only !== undefined && values.runs === '1') {
    throw refusal('--only: got it with --runs 1, expected one of both; the seed of a single run decides the event');
  }
  return {
    runs: whole('--runs', values.runs, 1, 10_000),
    seed: whole('--seed', values.seed ?? String(Date.now() % 1_000_000), 0, 2 ** 31),
    workers: whole('--workers', values.workers, 1, 16),
    only,
  };
}

/** @param {readonly string[]} args */
function parsed(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string', default: '20' },
        seed: { type: 'string' },
        workers: { type: 'string', default: '2' },
        only: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw refusal(/** @type {Error} */ (error).message);
  }
}

/**
 * @param {string} option
 * @param {string} given
 * @param {number} least
 * @param {number} most
 */
function whole(option, given, least, most) {
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= least && number <= most) return number;
  throw refusal(`${option}: got ${given}, expected a whole number from ${least} to ${most}`);
}

/** @param {string} message */
function refusal(message) {
  return new Error(`${message}\n\n${USAGE}`);
}
