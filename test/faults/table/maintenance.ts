import type { Fault, Outcome } from '../support/fault';
import { COMMITTED, rolledBack } from '../support/outcomes';
import type { Run } from '../support/run';
import type { Scene } from '../support/scene';

/** A login that can't come about is not waited for longer. */
const LOCKED_OUT = { activationSeconds: 30, confirmSeconds: 5 };
const NO_EMERGENCY_MODE = { systemd: { enableEmergencyMode: false } };

/** As a mount of a device that is not there. */
const DATA = {
  requiredBy: ['local-fs.target'],
  before: ['local-fs.target'],
  unitConfig: { DefaultDependencies: false },
  serviceConfig: { Type: 'oneshot', RemainAfterExit: true },
  script: 'exit 1',
};
const FAILING_MOUNT = { systemd: { services: { data: DATA } } };

/** Emergency mode waits for its end, and refuses all other jobs meanwhile. */
const STUBBORN = {
  wantedBy: ['multi-user.target'],
  serviceConfig: { TimeoutStopSec: 22 },
  script: "trap '' TERM; while :; do sleep 1; done",
};
const STUBBORN_SERVICE = { systemd: { services: { stubborn: STUBBORN } } };

/** What stops all that a host is for, and what other programs and users of the host do while a transaction waits. */
export const MAINTENANCE: readonly Fault[] = [
  {
    name: 'a mount that fails, which puts the host into emergency mode',
    shapes: ['systemd', 'nixos'],
    wanted: FAILING_MOUNT,
    outcome: rolledBack(/data\.service/),
  },
  {
    name: 'a mount that fails, on a host with a service that takes long to stop',
    rare: true,
    shapes: ['systemd', 'nixos'],
    old: STUBBORN_SERVICE,
    wanted: { systemd: { services: { data: DATA, stubborn: STUBBORN } } },
    next: STUBBORN_SERVICE,
    outcome: rolledBack(/data\.service/),
  },
  {
    name: 'a mount that fails on a host without emergency mode',
    rare: true,
    shapes: ['nixos', 'systemd'],
    old: NO_EMERGENCY_MODE,
    wanted: { systemd: { ...FAILING_MOUNT.systemd, ...NO_EMERGENCY_MODE.systemd } },
    next: NO_EMERGENCY_MODE,
    outcome: rolledBack(/data\.service/),
  },
  {
    name: 'an isolated multi-user.target while the host waits',
    rare: true,
    shapes: ['systemd', 'nixos'],
    strike: (scene, run) => whileItWaits(scene, run, 'systemctl isolate multi-user.target'),
    outcome: COMMITTED,
  },
  {
    name: 'an isolated rescue.target while the host waits',
    rare: true,
    shapes: ['nixos', 'systemd'],
    limits: LOCKED_OUT,
    strike: (scene, run) => whileItWaits(scene, run, 'systemctl --no-block isolate rescue.target; sleep 3'),
    outcome: rolledBack(/login/),
  },
  {
    name: 'an isolated emergency.target while the host waits',
    rare: true,
    shapes: ['systemd', 'nixos'],
    limits: LOCKED_OUT,
    strike: (scene, run) => whileItWaits(scene, run, 'systemctl --no-block isolate emergency.target; sleep 3'),
    outcome: rolledBack(/login/),
  },
  {
    name: 'an sshd that is masked until the next restart',
    shapes: ['systemd', 'nixos'],
    limits: LOCKED_OUT,
    strike: (scene, run) => whileItWaits(scene, run, MASK_SSHD),
    outcome: restarted(/not all that a login needs: sshd\.service, so the host restarts/),
  },
  {
    name: "a local user's manager of services that is killed while the host waits",
    rare: true,
    shapes: ['systemd', 'nixos'],
    prepare: async (scene) => void (await scene.host.read('systemctl start user@1000.service')),
    strike: (scene, run) =>
      whileItWaits(scene, run, 'kill -KILL $(systemctl show --property=MainPID --value user@1000.service); sleep 1'),
    outcome: COMMITTED,
  },
  {
    name: "a local user who holds NixOS's lock for switching",
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    wanted: { faults: { activation: 'abort' } },
    prepare: async (scene) => {
      await scene.host.read(`
        mkdir -p /run/nixos && : >>/run/nixos/switch-to-configuration.lock
        chmod 755 /run/nixos && chmod 644 /run/nixos/switch-to-configuration.lock
        setsid setpriv --reuid=1000 --regid=100 --clear-groups \\
          flock /run/nixos/switch-to-configuration.lock sleep 100000 >/dev/null 2>&1 </dev/null &`);
      await scene.untilOnHost('he holds it', '! flock -n /run/nixos/switch-to-configuration.lock true');
    },
    outcome: rolledBack(/status [24]/),
  },
  {
    name: 'a disk of /var/lib that answers no more while the host waits',
    rare: true,
    shapes: ['systemd', 'nixos'],
    wanted: { users: { users: { root: { openssh: { authorizedKeys: { keys: [] } } } } } },
    limits: LOCKED_OUT,
    strike: (scene, run) => whileItWaits(scene, run, HANG_FLUSHES),
    outcome: { ...rolledBack(/login/), temporary: ['/var/lib/cdktf-nixos/journal.new'] },
    repair: async (scene) => void (await scene.host.read('umount "$(readlink -f "$(command -v sync)")"')),
  },
];

/** `/var/lib` as a disk behind a network that is gone: no flush of it ever returns. */
const HANG_FLUSHES = `own=$(readlink -f "$(command -v sync)")
  cp "$own" /root/sync.real && cat >/root/sync <<'SCRIPT' && chmod 755 /root/sync && mount --bind /root/sync "$own"
#!/bin/sh
case $* in */var/lib/*) exec sleep 100000 ;; *) exec /root/sync.real "$@" ;; esac
SCRIPT`;

/** NixOS's units are in /etc, so that only this place masks one. */
const MASK_SSHD = `mkdir -p /run/systemd/system.control
  ln -sfn /dev/null /run/systemd/system.control/sshd.service
  systemctl daemon-reload && systemctl stop sshd.service`;

/** The client may log in only afterwards. */
async function whileItWaits(scene: Scene, run: Run, command: string): Promise<void> {
  await scene.operator.closeGate();
  await run.reaches('confirm');
  await scene.host.exec(command);
  await scene.operator.openGate();
}

/** The last resort. */
function restarted(failed: RegExp): Outcome {
  return {
    status: 2,
    runs: 'old',
    state: 'rolling-back',
    says: {
      failed,
      host: /it booted the previous system$/,
      toDo: /journalctl -b -1/,
    },
    roots: 'any',
  };
}
