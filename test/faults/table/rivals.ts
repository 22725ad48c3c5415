import { expect } from 'vitest';
import type { Fault } from '../support/fault';
import { COMMITTED } from '../support/outcomes';

const SLOW = { faults: { activationSeconds: 3 } };

/** Others who deploy to the same host at the same time. */
export const RIVALS: readonly Fault[] = [
  {
    name: 'a second deployment, of another system, in the middle of the first',
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: SLOW,
    strike: async (scene, run) => {
      await run.reaches('activate');
      const second = await (await scene.deploy(scene.systems.next)).end();
      const text = second.lines.join('\n');
      expect(second.status, text).toBe(75);
      expect(text).toMatch(/failed: \S+@\S+ is deploying \S+ to this host/);
      expect(text).toContain(scene.systems.wanted);
      expect(text).toMatch(/to do: wait until the other deployment is over/);
    },
    outcome: COMMITTED,
  },
  {
    name: 'a second deployment, of the same system, in the middle of the first',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: SLOW,
    strike: async (scene, run) => {
      await run.reaches('activate');
      const second = await (await scene.deploy(scene.systems.wanted)).end();
      expect(second.status, second.lines.join('\n')).toBe(0);
      expect(second.lines.join('\n')).toMatch(/done: nothing to do/);
    },
    outcome: COMMITTED,
  },
];
