import type { Fault } from '../support/fault';
import { COMMITTED } from '../support/outcomes';
import { atEachStep } from './killed-client';

/** Terraform kills its scripts without warning, and leaves their children alone. */
export const KILLED_TERRAFORM: readonly Fault[] = [
  ...atEachStep('terraform interrupted', async (_, run) => run.signal('SIGINT')).map((fault) => ({
    ...fault,
    by: 'terraform' as const,
    rare: true,
    outcome: { ...fault.outcome, status: 1 },
  })),
  // Its child, the client, does not even notice: it goes on to the end.
  ...atEachStep('terraform killed', async (scene, run) => {
    run.signal('SIGKILL');
    await scene.operator.openGate();
  }).map((fault) => ({
    ...fault,
    by: 'terraform' as const,
    rare: !fault.name.includes('activate'),
    outcome: { status: undefined, runs: 'wanted' as const, state: 'committed' },
  })),
  {
    name: 'terraform killed in the switch and started again at once',
    shapes: ['systemd', 'plain', 'nixos'],
    by: 'terraform',
    wanted: { faults: { activationSeconds: 2 } },
    limits: { activationSeconds: 20, confirmSeconds: 5 },
    start: async (scene) => {
      const first = await scene.deploy();
      await first.reaches('activate');
      first.signal('SIGKILL');
      await first.end();
      return scene.deploy();
    },
    outcome: COMMITTED,
  },
];
