/**
 * Measurements, to be believed only on a machine that does nothing else. Does its own set-up.
 *
 *   npm run bench -- copy [runs]   the two ways to copy a closure, on lab hosts; takes some minutes
 *   npm run bench -- synth         the synth of up to 4000 deployments
 */
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';
import { SetupError } from './setup/setup-error.mjs';

await orExplain(() => {
  const what = process.argv[2];
  if (what !== 'copy' && what !== 'synth') throw new SetupError('usage: npm run bench -- copy [runs], or: synth');
  prepare();
  become(`scripts/bench/${what}.ts`);
});
