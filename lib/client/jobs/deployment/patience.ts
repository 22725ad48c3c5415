import type { DeploymentJob } from '../../../job/job';

/** For the steps of a host that have limits of their own. */
const HOST_STEPS_SECONDS = 1500;

type Limits = Pick<DeploymentJob, 'activationTimeoutSeconds' | 'confirmTimeoutSeconds' | 'settleSeconds'>;

/** How much longer than its own limits we wait for a host. */
export interface Patience {
  /** For a host whose rollback may end in a restart. */
  readonly slackSeconds: number;
  /** How long the host may show no trace of our transaction after it was sent. */
  readonly startSeconds: number;
  /**
   * How long a password that was refused is not given again: each try may lock the user out. The system that refused it does
   * not take it later, so nothing is tried before the host rolls back; the one before it may take it again.
   */
  readonly passwordSeconds: number;
}

export const PATIENCE: Patience = { slackSeconds: 180, startSeconds: 30, passwordSeconds: 30 };

/** Longer than a host needs to decide alone, whatever happens (`run_seconds` of the supervisor). */
export function decisionSeconds(limits: Limits): number {
  return 12 * limits.activationTimeoutSeconds + proofSeconds(limits) + HOST_STEPS_SECONDS + PATIENCE.slackSeconds;
}

/** The time that an unreachable host may still need: the rest of its switch, the proofs, the rollback. */
export function silenceSeconds(limits: Limits, isSwitched: boolean): number {
  return (isSwitched ? 1 : 2) * limits.activationTimeoutSeconds + proofSeconds(limits);
}

/** Two proofs and the time between them. */
function proofSeconds({ confirmTimeoutSeconds, settleSeconds }: Limits): number {
  return (settleSeconds === 0 ? 1 : 2) * confirmTimeoutSeconds + settleSeconds;
}
