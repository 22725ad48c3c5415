import { expect } from 'vitest';
import type { Fault, Outcome } from '../support/fault';
import { rolledBack } from '../support/outcomes';
import type { Scene } from '../support/scene';

const ABORT = { faults: { activation: 'abort' } };
/** It has become the running system when its failure is known. */
const RUNS_AND_FAILS = { faults: { activation: 'fail' } };
const CONFIRMED_LATE = { activationSeconds: 30, confirmSeconds: 5 };

/** Fails in the activation's middle at the given calls since the boot, which was the first. */
function failsAt(condition: string) {
  const text = `echo call >>/run/calls; if [ $(wc -l </run/calls) ${condition} ]; then exit 1; fi`;
  return { system: { activationScripts: { calls: { deps: ['etc'], text } } } };
}

/** A rollback restores exactly the previous state, and only a deployment's own proof keeps its system. */
export const EXACTNESS: readonly Fault[] = [
  {
    name: "a failure on a host that runs another system than its profile's",
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: ABORT,
    prepare: async (scene) => {
      await scene.host.copyClosure(scene.systems.next);
      await scene.host.read(`${scene.systems.next}/bin/switch-to-configuration test`);
    },
    outcome: { ...back(/status [24]/), runs: 'next', profile: 'old', boots: 'old' },
  },
  {
    name: 'a boot loader that cannot be written, for the system that the profile names already',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: { faults: { bootLoader: true } },
    prepare: async (scene) => {
      await scene.host.copyClosure(scene.systems.wanted);
      await scene.host.read(`nix-env -p /nix/var/nix/profiles/system --set ${scene.systems.wanted}`);
    },
    outcome: {
      status: 3,
      runs: 'old',
      profile: 'wanted',
      boots: 'old',
      state: 'rollback-failed',
      says: {
        failed: /boot default could not be restored/,
        host: /^runs \S+ and boots \S+/,
        toDo: /^look at the host/,
      },
    },
  },
  {
    name: "a rollback on which the old system's activation fails once",
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    old: failsAt('-eq 2'),
    wanted: RUNS_AND_FAILS,
    outcome: rolledBack(/status [24]/),
  },
  {
    name: "a rollback on which the old system's activation always fails",
    shapes: ['nixos', 'systemd'],
    old: failsAt('-ge 2'),
    wanted: RUNS_AND_FAILS,
    outcome: {
      status: 2,
      runs: 'old',
      state: 'rolling-back',
      says: {
        failed: /^the host restarted before it committed the new system: .*so the host restarts/,
        host: /it booted the previous system$/,
        toDo: /journalctl -b -1/,
      },
      roots: 'any',
    },
  },
  {
    name: 'a confirmation with another nonce',
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    limits: CONFIRMED_LATE,
    strike: async (scene, run) => {
      await scene.operator.closeGate();
      await run.reaches('confirm');
      const { id } = await scene.ofTransaction('nonce');
      const nonce = '0123456789abcdef0123456789abcdef';
      expect(await scene.ask('confirm', { id, nonce })).toContain('error=failed this is not the nonce');
      await openGateTooLate(scene);
    },
    outcome: rolledBack(/login/),
  },
  {
    name: 'a confirmation before the system is active',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: { faults: { activationSeconds: 3 } },
    limits: CONFIRMED_LATE,
    strike: async (scene, run) => {
      await scene.operator.closeGate();
      await run.reaches('activate');
      const { id, line: nonce } = await scene.ofTransaction('nonce');
      expect(await scene.ask('confirm', { id, nonce })).toContain('error=failed the transaction does not wait');
      await openGateTooLate(scene);
    },
    outcome: rolledBack(/login/),
  },
  {
    name: 'a confirmation over the connection that started the transaction',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    limits: CONFIRMED_LATE,
    strike: async (scene, run) => {
      await scene.operator.closeGate();
      await run.reaches('confirm');
      const { id, line: nonce } = await scene.ofTransaction('nonce');
      const { line: connection } = await scene.ofTransaction('connection');
      const answer = await scene.ask('confirm', { id, nonce }, connection);
      expect(answer).toContain(
        'error=failed the confirmation came over a connection that the transaction has seen before',
      );
      await openGateTooLate(scene);
    },
    outcome: rolledBack(/login/),
  },
];

/** The host does not boot what it runs. */
function back(failed: RegExp): Outcome {
  const says = {
    failed,
    host: /^runs \S+ and boots \S+; it rolled back by itself$/,
    toDo: /^correct the configuration/,
  };
  return { ...rolledBack(failed), says };
}

/** The client's own confirmation comes when the host has given up. */
async function openGateTooLate(scene: Scene): Promise<void> {
  await scene.untilOnHost('it has gone back', 'grep -qx state=rolled-back /var/lib/cdktf-nixos/journal');
  await scene.operator.openGate();
}
