import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosEvent } from '../event';

const LONGEST_OUTAGE_SECONDS = 2;

/** The power is cut, and back after a moment. The disk forgets what was not synced. */
export const POWER: ChaosEvent = {
  variants: ['cut'],
  strike: async ({ scene, random }) => {
    await scene.host.powerCut();
    return { over: pause(random() * LONGEST_OUTAGE_SECONDS * 1000).then(() => scene.host.boot()) };
  },
};
