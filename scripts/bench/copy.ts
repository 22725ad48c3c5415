import { cpus, loadavg } from 'node:os';
import { Client } from '../../lab/deployer/client';
import { buildNamedSystems } from '../../lab/systems/systems';
import { labUnavailable } from '../../lab';
import { type CopyResult, measure } from './copy-run';

const RUNS = Number(process.argv[3] ?? 3);
const CALM_LOAD = 1.5;

/** Incompressible data: the ways should differ by their protocol, not by their compression. */
const CLOSURES = {
  many: { what: '400 paths of 16 KiB', closure: { paths: 400, kibibytesEach: 16, salt: 'bench' } },
  few: { what: '4 paths of 32 MiB', closure: { paths: 4, mebibytes: 128, salt: 'bench' } },
};
const WAYS = { stream: undefined, 'nix-copy-closure': 'nix-copy-closure' } as const;
const ROUND_TRIPS_MS = [0, 40];

/** All runs of one line of the table; the ways take turns, so that what else the machine does meets both. */
async function compare(client: Client, base: string, toplevel: string, roundTripMs: number) {
  const results = Object.keys(WAYS).map((): CopyResult[] => []);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [index, way] of Object.values(WAYS).entries()) {
      results[index]!.push(await measure(client, { base, toplevel, way, roundTripMs }));
    }
  }
  return results;
}

function row(what: string, roundTripMs: number, way: string, results: readonly CopyResult[]): string {
  const seconds = results.map((result) => result.seconds).sort((a, b) => a - b);
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  const times = [seconds[0]!, median(seconds), seconds.at(-1)!].map((value) => value.toFixed(2));
  const megabytes = median(results.map((result) => result.bytes)) / 1e6;
  return `| ${[what, `${roundTripMs} ms`, way, ...times, megabytes.toFixed(1)].join(' | ')} |`;
}

function sayHowBusy(when: string): void {
  const load = loadavg()[0]!;
  const verdict = load < CALM_LOAD ? 'calm' : 'NOT calm: do not believe the seconds';
  console.log(`load ${when}: ${load.toFixed(2)} on ${cpus().length} cores (${verdict})`);
}

async function main(): Promise<void> {
  if (labUnavailable !== undefined) throw new Error(`cannot make hosts here: ${labUnavailable}`);
  if (!Number.isInteger(RUNS) || RUNS < 1) throw new Error(`runs: got ${process.argv[3]}, expected a whole number`);
  const configs = Object.fromEntries(Object.entries(CLOSURES).map(([name, { closure }]) => [name, { closure }]));
  const systems = await buildNamedSystems<string>({ base: {}, ...configs });
  const client = Client.stage();
  sayHowBusy('before');
  try {
    console.log(
      '| closure | round trip | way | min s | median s | max s | MB on the wire |\n| --- | --- | --- | --- | --- | --- | --- |',
    );
    for (const [name, { what }] of Object.entries(CLOSURES)) {
      for (const roundTripMs of ROUND_TRIPS_MS) {
        const results = await compare(client, systems.base!, systems[name]!, roundTripMs);
        Object.keys(WAYS).forEach((way, index) => console.log(row(what, roundTripMs, way, results[index]!)));
      }
    }
  } finally {
    client.remove();
  }
  sayHowBusy('after (our own work is in it)');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
