/**
 * `npm run bench -- copy`: measures the two ways to copy a closure, on lab hosts. Takes some minutes; believe it only on a
 * machine that does nothing else. `-- copy 1` runs each way once. Does its own set-up.
 */
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';
import { SetupError } from './setup/setup-error.mjs';

await orExplain(() => {
  if (process.argv[2] !== 'copy') throw new SetupError('usage: npm run bench -- copy [runs]');
  prepare();
  become('scripts/bench/copy.ts');
});
