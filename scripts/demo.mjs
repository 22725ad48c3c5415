/**
 * `npm run demo`: three hosts, real tools, five minutes of a fleet's life in one or two. Does its own set-up.
 */
import { orExplain } from './setup.mjs';
import { become, prepare } from './setup/prepare.mjs';

await orExplain(() => {
  prepare();
  become('scripts/demo/demo.ts');
});
