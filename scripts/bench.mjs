/**
 * Measurements, to be believed only on a machine that does nothing else. Does its own set-up.
 *
 *   npm run bench -- copy [runs]   the two ways to copy a closure, on lab hosts; takes some minutes
 *   npm run bench -- synth         the synth of up to 4000 deployments
 *   npm run bench -- upload        the upload of an image of 4 GiB with 1 GiB of data, to a lab host
 */
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';
import { SetupError } from './setup/setup-error.mjs';

await orExplain(() => {
  const what = process.argv[2];
  if (what === undefined || !['copy', 'synth', 'upload'].includes(what)) {
    throw new SetupError('usage: npm run bench -- copy [runs], or: synth, or: upload');
  }
  prepare();
  become(`scripts/bench/${what}.ts`);
});
