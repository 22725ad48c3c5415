/**
 * `node scripts/record-release.mjs <version>`: deploys test/fixtures/releases/<version>/app to lab hosts with the library
 * of this work tree, and keeps what the deployment leaves behind. Does its own set-up.
 */
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';
import { SetupError } from './setup/setup-error.mjs';

await orExplain(() => {
  if (process.argv.length !== 3) throw new SetupError('usage: node scripts/record-release.mjs <version>');
  prepare();
  become('scripts/record-release/record.ts');
});
