import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Fault } from '../support/fault';
import { aborted, COMMITTED } from '../support/outcomes';

/** The check that `verify` asks for is quick. */
const SLOW_SWITCH = 'case $2 in test) sleep 5 ;; esac';

/** Power cuts on a disk that loses unsynced data: each path that the store then calls valid has to be whole. */
export const POWER: readonly Fault[] = [
  {
    name: 'a power cut after the copy, before anything was switched',
    shapes: ['plain', 'systemd', 'nixos'],
    disk: 'ext4',
    // switch-to-configuration itself syncs, but after its checks.
    wanted: { closure: { paths: 10, mebibytes: 10 }, system: { preSwitchChecks: { slow: SLOW_SWITCH } } },
    strike: async (scene, run) => {
      await run.reaches('activate');
      await scene.host.powerCut();
      await scene.host.boot();
      const { wanted } = scene.systems;
      const verified = await scene.host.exec(`nix-store --verify-path $(nix-store --query --requisites ${wanted})`);
      expect(verified).toMatchObject({ exitCode: 0, stderr: '' });
    },
    outcome: aborted('activating'),
  },
  {
    name: 'a power cut in the middle of the copy',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    disk: 'ext4',
    wanted: { closure: { paths: 24, mebibytes: 24 } },
    prepare: (scene) => scene.host.network.limit(40_000),
    strike: async (scene, run) => {
      await run.reaches('copy');
      await pause(2000);
      await scene.host.powerCut();
      await scene.host.network.limit(0);
      await scene.host.boot();
    },
    outcome: COMMITTED,
  },
  {
    name: 'a power cut right after the commit',
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    disk: 'ext4',
    strike: async (scene, run) => {
      await run.reaches('done');
      await scene.host.powerCut();
      await scene.host.boot();
    },
    // It came before the host had tidied up.
    outcome: { ...COMMITTED, roots: 'any' },
  },
  {
    name: 'a path that an earlier power cut had emptied',
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    prepare: async (scene) => {
      await scene.host.copyClosure(scene.systems.wanted);
      // Its content shows nowhere: the switch itself would not notice.
      await scene.host.read(`: >$(readlink -f ${scene.systems.wanted}/etc/app/version)`);
    },
    outcome: COMMITTED,
  },
];
