import type { Fault, Outcome } from '../support/fault';
import { COMMITTED, rolledBack, untouched } from '../support/outcomes';

const SHORT = { activationSeconds: 5, confirmSeconds: 20 };
/** A login that can't come about is not waited for longer. */
const LOCKED_OUT = { activationSeconds: 30, confirmSeconds: 5 };

/** Faults of the systems themselves: the new one while it is switched to, or the old one in the rollback. */
export const SWITCHING: readonly Fault[] = [
  {
    name: 'an activation that fails and goes on',
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    wanted: { faults: { activation: 'fail' } },
    outcome: rolledBack(/status [24]/),
  },
  {
    name: 'an activation that ends in the middle',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: { faults: { activation: 'abort' } },
    outcome: rolledBack(/status [24]/),
  },
  {
    name: 'an activation that hangs',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: { faults: { activation: 'hang' } },
    limits: SHORT,
    outcome: rolledBack(/5 s/),
  },
  {
    name: 'an activation that hangs and ignores TERM, with children that do so too',
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: { faults: { activation: 'hangIgnoringTerm' } },
    limits: SHORT,
    outcome: rolledBack(/5 s/),
  },
  {
    name: 'a system that takes the network down',
    shapes: ['nixos', 'plain', 'systemd'],
    wanted: { faults: { network: true } },
    limits: LOCKED_OUT,
    outcome: rolledBack(/login/),
  },
  {
    name: 'a network that dies some seconds after the switch',
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: { faults: { networkSeconds: 5 } },
    limits: { ...LOCKED_OUT, settleSeconds: 6 },
    outcome: rolledBack(/login .* 6 s after one had/),
  },
  {
    name: 'a firewall that drops ssh',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: { faults: { firewall: true } },
    limits: LOCKED_OUT,
    outcome: rolledBack(/login/),
  },
  {
    name: 'a firewall that drops new connections only',
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: { services: { openssh: { openFirewall: false } } },
    limits: LOCKED_OUT,
    outcome: rolledBack(/login/),
  },
  {
    name: 'a system without sshd',
    shapes: ['nixos', 'plain', 'systemd'],
    wanted: { services: { openssh: { enable: false } } },
    limits: LOCKED_OUT,
    outcome: rolledBack(/login/),
  },
  {
    name: 'a system without the login key',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: { users: { users: { root: { openssh: { authorizedKeys: { keys: [] } } } } } },
    limits: LOCKED_OUT,
    outcome: rolledBack(/login/),
  },
  {
    name: 'a unit that fails',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: { faults: { unit: true } },
    outcome: rolledBack(/fault\.service|status 4/),
  },
  {
    name: 'a unit that had failed long before',
    rare: true,
    // Without systemd nobody knows which units had failed.
    shapes: ['nixos', 'systemd'],
    old: { faults: { unit: true } },
    wanted: { faults: { unit: true } },
    next: { faults: { unit: true } },
    outcome: COMMITTED,
  },
  {
    name: 'a boot loader that cannot be written',
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: { faults: { bootLoader: true } },
    outcome: rolledBack(/boot/),
  },
  {
    name: 'a check before the switch that fails',
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    wanted: { faults: { preSwitchCheck: 'fail' } },
    outcome: untouched({
      failed: /^a check of the system refused it$/,
      host: /^runs and boots \S+, as before$/,
      toDo: /system\.preSwitchChecks/,
    }),
  },
  {
    name: 'a check before the switch that fails only on its second call, which is that of the switch',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    wanted: { faults: { preSwitchCheck: 'failSecond' } },
    outcome: rolledBack(/status 1/),
  },
  {
    name: 'a check before the switch that fails only on its third call',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: { faults: { preSwitchCheck: 'failThird' } },
    outcome: COMMITTED,
  },
  {
    name: 'a check before the switch that would forbid the rollback',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    old: { faults: { preSwitchCheck: 'fail' } },
    wanted: { faults: { activation: 'abort' } },
    outcome: rolledBack(/status [24]/),
  },
  {
    name: 'a changed inhibitor',
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    old: { system: { switch: { inhibitors: { 'dbus-implementation': 'dbus' } } } },
    wanted: { system: { switch: { inhibitors: { 'dbus-implementation': 'broker' } } } },
    next: { system: { switch: { inhibitors: { 'dbus-implementation': 'dbus' } } } },
    outcome: needsReboot(/dbus-implementation/),
  },
  {
    name: 'a changed init interface',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    wanted: { systemd: { interfaceVersion: 3 } },
    outcome: needsReboot(/init/),
  },
];

function needsReboot(failed: RegExp): Outcome {
  return {
    status: 1,
    runs: 'old',
    state: '',
    says: { failed, host: /^runs and boots \S+, as before$/, toDo: /DeploymentGoal\.BOOT/ },
    roots: 'any',
  };
}
