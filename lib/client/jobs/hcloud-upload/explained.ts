import { HcloudError } from '../../hcloud/api-error';
import { DeployError, ExitStatus } from '../../kit';

/** For `host` of a failure: no machine of the user has anything to do with it. */
export const NO_HOST = 'no machine of yours is involved';

/** Runs it. What Hetzner refused becomes a failure in the words that a user needs. */
export async function explained(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof HcloudError)) throw error;
    throw uploadError(error.message, error.fix);
  }
}

export function uploadError(what: string, fix: string, log: readonly string[] = []): DeployError {
  return new DeployError({ status: ExitStatus.FAILED, what, host: NO_HOST, fix, log });
}
