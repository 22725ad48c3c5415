import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Lab, type LabHost, labUnavailable } from '..';
import { hostFiles } from '../deployer/host-files';
import { installBaseSystems } from '../systems/base-system';
import { hostNames } from './host-names';
import { instructions } from './instructions';
import { type LabOptions, labOptions, USAGE } from './options.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function main(): Promise<void> {
  const options = labOptions(process.argv.slice(2));
  if (options === undefined) return console.log(USAGE);
  const names = hostNames(options);
  if (labUnavailable !== undefined) throw new Error(`cannot make hosts here: ${labUnavailable}`);
  const lab = await Lab.create();
  const interrupt = interrupted();
  try {
    const hosts = await makeHosts(lab, names, options);
    const written = options.write === undefined ? undefined : writeFiles(options.write, hosts);
    console.log(instructions(hosts, written));
    await interrupt;
  } finally {
    await lab.destroy();
  }
  console.log('The hosts have been removed.');
}

async function makeHosts(lab: Lab, names: readonly string[], { host }: LabOptions): Promise<LabHost[]> {
  const hosts = await Promise.all(names.map((name) => lab.host({ ...host, name })));
  await installBaseSystems(hosts);
  return hosts;
}

/** @returns the files, as absolute paths */
function writeFiles(directory: string, hosts: readonly LabHost[]): string[] {
  mkdirSync(directory, { recursive: true });
  return Object.entries(hostFiles(hosts)).map(([name, text]) => {
    const file = path.resolve(directory, name);
    writeFileSync(file, text);
    return file;
  });
}

/** The first signal that asks this program to end. A second one ends it as any program, and the hosts with it. */
function interrupted(): Promise<unknown> {
  const awake = setInterval(() => undefined, 60_000);
  const signals = SIGNALS.map((signal) => new Promise((resolve) => process.once(signal, resolve)));
  return Promise.race(signals).then(() => clearInterval(awake));
}

main().catch((error: Error) => {
  console.error(`lab: ${error.message}`);
  process.exit(1);
});
