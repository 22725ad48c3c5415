import type { Fault, Outcome } from '../support/fault';
import type { Run } from '../support/run';
import type { Scene } from '../support/scene';
import type { Configuration } from '../support/systems';

/** The client's steps, with what makes each last long enough to be struck, and how the host carries on alone. */
interface Step {
  readonly step: string;
  readonly wanted?: Configuration;
  /** The proof doesn't come before the client is gone. */
  readonly gate?: boolean;
  readonly rare?: boolean;
  readonly ends: Pick<Outcome, 'runs' | 'state' | 'roots'>;
}

const NOTHING_BEGUN = { runs: 'old', state: '', roots: 'any' } as const;
const RETURNS = { runs: 'old', state: 'rolled-back' } as const;
const STAYS = { runs: 'wanted', state: 'committed' } as const;

export const STEPS: readonly Step[] = [
  { step: 'realise', rare: true, ends: NOTHING_BEGUN },
  { step: 'connect', rare: true, ends: NOTHING_BEGUN },
  { step: 'inspect', rare: true, ends: NOTHING_BEGUN },
  { step: 'copy', wanted: { closure: { paths: 8, mebibytes: 24 } }, ends: NOTHING_BEGUN },
  { step: 'activate', wanted: { faults: { activationSeconds: 2 } }, ends: RETURNS },
  { step: 'confirm', rare: true, gate: true, ends: RETURNS },
  { step: 'commit', rare: true, wanted: { faults: { bootLoaderSeconds: 2 } }, ends: STAYS },
];

const LIMITS = { activationSeconds: 20, confirmSeconds: 5 };
const SHAPES = [
  ['plain', 'systemd', 'nixos'],
  ['systemd', 'nixos', 'plain'],
  ['nixos', 'plain', 'systemd'],
] as const;

/** One fault per step; `strike` comes when the step's line has appeared. */
export function atEachStep(
  name: string,
  strike: (scene: Scene, run: Run) => Promise<void>,
  start?: Fault['start'],
): Fault[] {
  return STEPS.map(({ step, rare, wanted, gate, ends }, i) => ({
    name: `${name} at the step "${step}"`,
    shapes: SHAPES[i % SHAPES.length]!,
    rare,
    wanted,
    limits: LIMITS,
    start: async (scene) => {
      if (gate) await scene.operator.closeGate();
      if (step === 'copy') await scene.host.network.limit(40_000);
      return start === undefined ? scene.deploy() : start(scene);
    },
    strike: async (scene, run) => {
      await run.reaches(step);
      await strike(scene, run);
      await scene.host.network.limit(0);
    },
    outcome: { status: undefined, ...ends },
  }));
}

export const KILLED_CLIENT: readonly Fault[] = atEachStep('a client killed', async (_, run) => run.signal('SIGKILL'));
