/**
 * `npm run lab`: throw-away hosts to try one's own program on, until Ctrl-C. Does its own set-up.
 *
 *   npm run lab -- --hosts 2 --shape systemd --login sudo
 */
import { labOptions, USAGE } from '../lab/cli/options.mjs';
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';

/** Help and mistakes need no set-up. @returns whether hosts are asked for */
function asksForHosts() {
  try {
    const options = labOptions(process.argv.slice(2));
    if (options === undefined) console.log(USAGE);
    return options !== undefined;
  } catch (error) {
    console.error(`lab: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
    return false;
  }
}

if (asksForHosts()) {
  await orExplain(() => {
    prepare();
    become('lab/cli/main.ts');
  });
}
