import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosEvent } from '../event';

const SILENCE_SECONDS = 20;

/** The open connections go dead, or the whole network is silent for a while. */
export const NETWORK: ChaosEvent = {
  variants: ['connections dropped', 'silence'],
  strike: async ({ scene, variant }) => {
    if (variant !== 'silence') return scene.dropConnections();
    await scene.host.linkDown();
    return { over: pause(SILENCE_SECONDS * 1000).then(() => scene.host.linkUp()) };
  },
};
