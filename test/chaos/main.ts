import { labUnavailable } from '../../lab';
import type { EventName } from './all-events';
import { Chaos } from './chaos';
import { chaosOptions } from '../../scripts/chaos/options.mjs';
import { failureOf, lineOf, missedIn, tableOf } from './report';
import type { Result } from './trial';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LIMIT_SECONDS = 150;
/** So many runs hit each phase with each event often enough. */
const WHOLE = { runs: 180, hits: 3 };

async function main(): Promise<void> {
  const options = chaosOptions(process.argv.slice(2));
  if (options === undefined) return;
  if (labUnavailable !== undefined) throw new Error(`cannot make hosts here: ${labUnavailable}`);
  console.log(`${options.runs} runs, seed ${options.seed}, ${options.workers} workers`);
  const began = Date.now();
  const chaos = await Chaos.prepare({
    ...options,
    only: options.only as EventName | undefined,
    limitSeconds: LIMIT_SECONDS,
    onResult: (number, result) => console.log(lineOf(number, result)),
  });
  for (const signal of SIGNALS) process.once(signal, () => void chaos.end().finally(() => process.exit(1)));
  try {
    conclude(await chaos.play(), options.only === undefined);
  } finally {
    await chaos.end();
  }
  console.log(`${((Date.now() - began) / 1000).toFixed(0)} s`);
}

function conclude(results: readonly Result[], isWhole: boolean): void {
  const failures = results.filter(({ complaints }) => complaints.length > 0);
  for (const failure of failures) console.log(`\n${failureOf(failure)}`);
  console.log(`\n${tableOf(results)}\n`);
  const missed = isWhole && results.length >= WHOLE.runs ? missedIn(results, WHOLE.hits) : [];
  if (missed.length > 0) console.log(`hit less than ${WHOLE.hits} times: ${missed.join('; ')}`);
  console.log(`${results.length - failures.length} good, ${failures.length} failed`);
  if (failures.length > 0 || missed.length > 0) process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(`chaos: ${error.stack}`);
  process.exitCode = 1;
});
