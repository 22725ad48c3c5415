import { installBaseSystems } from '../systems/base-system';
import { Lab, labUnavailable } from '..';
import { instructions } from './instructions';
import { labOptions } from './options';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function main(): Promise<void> {
  const options = labOptions(process.argv.slice(2));
  if (labUnavailable !== undefined) throw new Error(`there are no hosts here: ${labUnavailable}`);
  const lab = await Lab.create();
  const asked = interrupted();
  try {
    const names = Array.from({ length: options.hosts }, (_, index) => `host${index + 1}`);
    const hosts = await Promise.all(names.map((name) => lab.host({ ...options.host, name })));
    await installBaseSystems(hosts);
    console.log(instructions(hosts));
    await asked;
  } finally {
    await lab.destroy();
  }
  console.log('The hosts are gone.');
}

/** Somebody wants us to end. A second time we are ended as any program is, and the hosts with us. */
function interrupted(): Promise<unknown> {
  const awake = setInterval(() => undefined, 60_000);
  const signals = SIGNALS.map((signal) => new Promise((resolve) => process.once(signal, resolve)));
  return Promise.race(signals).then(() => clearInterval(awake));
}

main().catch((error: Error) => {
  console.error(`lab: ${error.message}`);
  process.exit(1);
});
