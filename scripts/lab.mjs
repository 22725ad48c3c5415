/**
 * `npm run lab`: throw-away hosts to try one's own program on, until Ctrl-C. Does its own set-up.
 *
 *   npm run lab -- --hosts 2 --shape systemd --login sudo
 */
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';

await orExplain(() => {
  prepare();
  become('lab/cli/main.ts');
});
