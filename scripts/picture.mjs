/**
 * `npm run picture`: deploys a configuration that locks its deployer out of a lab host, and draws what the terminal
 * shows as docs/rollback.svg. Does its own set-up.
 */
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';

await orExplain(() => {
  prepare();
  become('scripts/picture/rollback.ts');
});
