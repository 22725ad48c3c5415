import type { Fault } from '../support/fault';
import { aborted, COMMITTED, rolledBack } from '../support/outcomes';
import type { Scene } from '../support/scene';

const SLOW_SWITCH = { faults: { activationSeconds: 3 } };

/** What strikes the host: its supervisor is killed, its power cut, its sshd restarted. */
export const LOST_HOST: readonly Fault[] = [
  {
    name: 'a supervisor killed in the switch',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: SLOW_SWITCH,
    strike: async (scene, run) => {
      await run.reaches('activate');
      await scene.killSupervisor();
    },
    outcome: rolledBack(/supervisor|transaction/, /^find out what ended the deployment/),
  },
  {
    name: 'a supervisor killed while it waits for the proof',
    shapes: ['nixos', 'plain', 'systemd'],
    strike: async (scene, run) => {
      await scene.operator.closeGate();
      await run.reaches('confirm');
      await scene.killSupervisor();
      await scene.operator.openGate();
    },
    outcome: rolledBack(/supervisor|transaction/, /^find out what ended the deployment/),
  },
  {
    name: 'a power cut in the switch',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: SLOW_SWITCH,
    strike: async (scene, run) => {
      await run.reaches('activate');
      await cutPower(scene);
    },
    outcome: aborted('activating'),
  },
  {
    name: 'a power cut while it waits for the proof',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    strike: async (scene, run) => {
      await scene.operator.closeGate();
      await run.reaches('confirm');
      await cutPower(scene);
      await scene.operator.openGate();
    },
    outcome: aborted('waiting'),
  },
  {
    name: 'a power cut between the profile and the boot default',
    shapes: ['nixos', 'plain', 'systemd'],
    wanted: { faults: { bootLoaderSeconds: 12 } },
    strike: async (scene, run) => {
      await run.reaches('commit');
      await scene.untilOnHost(
        'the profile is set',
        `[ $(readlink -f /nix/var/nix/profiles/system) = ${scene.systems.wanted} ]`,
      );
      await cutPower(scene);
    },
    outcome: { ...aborted('committing'), profile: 'wanted' },
  },
  {
    name: 'connections that end in the switch',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: SLOW_SWITCH,
    strike: async (scene, run) => {
      await run.reaches('activate');
      for (const pid of await scene.host.processes('^sshd: [a-z]+@')) await scene.host.kill(pid);
    },
    outcome: COMMITTED,
  },
];

async function cutPower(scene: Scene): Promise<void> {
  await scene.host.powerCut();
  await scene.host.boot();
}
