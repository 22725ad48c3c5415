/**
 * `npm run chaos`: deployments to lab hosts, each struck once by a random event at a random moment. Does its own set-up.
 *
 *   npm run chaos -- --runs 200 --seed 7
 */
import { chaosOptions, USAGE } from './chaos/options.mjs';
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';

/** Help and mistakes need no set-up. @returns whether deployments are asked for */
function asksForChaos() {
  try {
    const options = chaosOptions(process.argv.slice(2));
    if (options === undefined) console.log(USAGE);
    return options !== undefined;
  } catch (error) {
    console.error(`chaos: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
    return false;
  }
}

if (asksForChaos()) {
  await orExplain(() => {
    prepare();
    become('test/chaos/main.ts');
  });
}
