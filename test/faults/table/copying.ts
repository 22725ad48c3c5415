import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../support/fault';
import { COMMITTED, rolledBack, untouched } from '../support/outcomes';

const LARGE = { closure: { paths: 12, mebibytes: 48 } };

/** Faults of the store and of the copy into it. */
export const COPYING: readonly Fault[] = [
  {
    name: 'a disk that is too small for the copy',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: LARGE,
    storeMib: 40,
    outcome: untouched({
      failed: /^the copy needs [0-9.]+ MB and the host's store has [0-9.]+ MB left$/,
      host: /^runs and boots \S+, as before$/,
      toDo: /^make room on the host/,
    }),
  },
  {
    name: 'a disk that gets full in the copy',
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: LARGE,
    storeMib: 128,
    strike: async (scene, run) => {
      await run.reaches('inspect');
      await scene.host.fillStore(8);
    },
    outcome: untouched({
      failed: /no space left|no room/i,
      host: /^runs and boots \S+, as before$/,
      toDo: /^make room on the host/,
    }),
    repair: (scene) => scene.host.emptyStore(),
  },
  {
    name: 'a disk that is full when the profile is to be set',
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    storeMib: 64,
    strike: async (scene, run) => {
      await scene.operator.closeGate();
      await run.reaches('confirm');
      // To the last byte: it ends when the disk is full.
      await scene.host.exec('cat /dev/zero >/nix/filler');
      await scene.operator.openGate();
    },
    outcome: rolledBack(/profile/, /^repair what the reason names on the host/),
    repair: (scene) => scene.host.emptyStore(),
  },
  {
    name: 'a copy whose connection is dropped silently',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: LARGE,
    prepare: (scene) => scene.host.network.limit(40_000),
    strike: async (scene, run) => {
      await run.reaches('copy');
      await pause(2000);
      await scene.dropConnections();
      await scene.host.network.limit(0);
    },
    outcome: { ...COMMITTED, sessions: 'any' },
  },
  {
    name: 'garbage collections on the host from the copy to the commit',
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: { ...LARGE, faults: { activationSeconds: 1 } },
    strike: async (scene, run) => {
      await scene.operator.closeGate();
      await run.reaches('copy');
      const collecting = scene.host.exec('while [ ! -e /run/enough ]; do nix-store --gc; done; rm /run/enough');
      await run.reaches('confirm');
      await scene.host.read('touch /run/enough');
      await collecting;
      await scene.host.collectGarbage();
      await scene.operator.openGate();
    },
    outcome: COMMITTED,
  },
];
