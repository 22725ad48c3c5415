import { randomBytes } from 'node:crypto';
import type { Fault } from '../support/fault';
import { aborted, rolledBack, untouched } from '../support/outcomes';
import type { Run } from '../support/run';
import type { Scene } from '../support/scene';
import { DECLARED, deployOldSecrets, deployWith, expectSecrets, NEW, OLD } from '../support/secrets';

const SECRETS_OF_OLD = { old: DECLARED, wanted: DECLARED, prepare: deployOldSecrets };

/** What strikes while a host gets secrets: it has those of before, and nothing of the others. */
export const SECRETS: readonly Fault[] = [
  {
    name: 'a supervisor killed while new secrets are shown',
    shapes: ['plain', 'systemd', 'nixos'],
    ...SECRETS_OF_OLD,
    start: async (scene) => {
      await scene.operator.closeGate();
      return deployWith(scene, NEW);
    },
    strike: async (scene, run) => {
      await run.reaches('confirm');
      await scene.killSupervisor();
      await scene.operator.openGate();
    },
    outcome: rolledBack(/supervisor|transaction/, /^find out what ended the deployment/),
    check: (scene) => expectSecrets(scene, OLD),
  },
  {
    name: 'a power cut while new secrets are shown',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    disk: 'ext4',
    ...SECRETS_OF_OLD,
    start: async (scene) => {
      await scene.operator.closeGate();
      return deployWith(scene, NEW);
    },
    strike: async (scene, run) => {
      await run.reaches('confirm');
      await scene.host.powerCut();
      await scene.host.boot();
      await scene.operator.openGate();
    },
    outcome: aborted('waiting'),
    check: (scene) => expectSecrets(scene, { token: OLD.token }),
  },
  {
    name: 'a secret for a user whom the new system does not have',
    rare: true,
    shapes: ['nixos', 'plain', 'systemd'],
    ...SECRETS_OF_OLD,
    start: (scene) => deployWith(scene, NEW, { owner: 'billing', group: 'billing' }),
    outcome: rolledBack(
      /the secret token cannot be owned by billing:billing: the host has no user billing and no group billing/,
      /^correct the owner or group in the program/,
    ),
    check: (scene) => expectSecrets(scene, OLD),
  },
  {
    name: 'a client killed while secrets arrive',
    shapes: ['systemd', 'nixos', 'plain'],
    ...SECRETS_OF_OLD,
    start: deployLongSecret,
    strike: async (scene, run) => {
      await untilSecretArrives(scene);
      run.signal('SIGKILL');
      // What ssh still holds would arrive at once, before the janitor ends it.
      await scene.untilOnHost('the connection has ended', `! kill -0 $(cut -d ' ' -f 1 /run/cdktf-nixos/*/starter)`);
      await scene.host.network.limit(0);
    },
    outcome: { status: undefined, runs: 'old', state: 'committed', roots: 'any' },
    check: (scene) => expectSecrets(scene, OLD),
  },
  {
    name: 'a process of the host killed while secrets arrive',
    rare: true,
    shapes: ['plain', 'systemd', 'nixos'],
    ...SECRETS_OF_OLD,
    start: deployLongSecret,
    strike: async (scene) => {
      await untilSecretArrives(scene);
      await scene.host.read("kill -KILL $(cut -d ' ' -f 1 /run/cdktf-nixos/*/starter)");
      await scene.host.network.limit(0);
    },
    outcome: {
      ...untouched({
        failed: /^the connection ended before the host started the deployment/,
        host: /^runs and boots \S+, as before$/,
        toDo: /^run the deployment again/,
      }),
      state: 'committed',
    },
  },
  {
    name: 'a disk that is full when secrets are sealed',
    rare: true,
    shapes: ['nixos', 'systemd', 'plain'],
    ...SECRETS_OF_OLD,
    start: deployLongSecret,
    strike: async (scene) => {
      await untilSecretArrives(scene);
      await scene.host.read('head -c 1G /dev/zero >/filler || true');
      await scene.host.network.limit(0);
    },
    outcome: {
      ...untouched({
        failed: /^the secret (otp cannot be written|token cannot be sealed in)/,
        host: /^runs and boots \S+, as before$/,
        toDo: /run the deployment again$/,
      }),
      state: 'committed',
    },
    check: (scene) => expectSecrets(scene, OLD),
    repair: async (scene) => {
      await scene.host.read('rm /filler');
    },
  },
];

/** It takes ten seconds to arrive, also on a busy machine time to strike, and comes before the other one. */
async function deployLongSecret(scene: Scene): Promise<Run> {
  await scene.host.network.limit(400);
  return deployWith(scene, { ...NEW, otp: `${NEW.otp}${randomBytes(400_000).toString('base64')}` });
}

async function untilSecretArrives(scene: Scene): Promise<void> {
  await scene.untilOnHost('a secret arrives', `grep -qsF ${NEW.otp} /run/cdktf-nixos-secrets/*/otp`);
}
