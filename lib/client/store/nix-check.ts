import { NIX_OUTPUT } from '../../private/nix-output';
import { nixStore, ProcessError, type ProcessResult } from '../../private/process';
import { DeployError, ExitStatus, NOT_CONTACTED } from '../report/deploy-error';
import { lastLines } from '../report/text';

/**
 * Fails if Nix does not work at all on this machine, so that this is not reported as a failed build. Nix is asked whether a
 * path is valid; it works if it replies, whatever the reply is.
 *
 * @throws DeployError
 */
export async function refuseUnusableNix(storePath: string): Promise<void> {
  const { exitCode, stderr } = await nixStore.capture(['--check-validity', '--print-invalid', storePath]).catch(ended);
  if (exitCode === 0) return;
  throw new DeployError({
    status: ExitStatus.FAILED,
    what: `nix-store does not work on the machine that applies: ${reason(stderr) || `status ${exitCode}`}`,
    host: NOT_CONTACTED,
    fix: cureOf(stderr, storePath),
    log: lastLines(stderr, 10),
  });
}

function reason(stderr: string): string {
  return (lastLines(stderr, 1)[0] ?? '').replace(/^\s*what\(\):\s*/, '').trim();
}

/** Nix 2.8 ends by a signal when it finds no home. */
function ended(error: unknown): ProcessResult {
  if (error instanceof ProcessError && error.result !== undefined) return error.result;
  throw error;
}

function cureOf(stderr: string, storePath: string): string {
  if (NIX_OUTPUT.noHome.test(stderr))
    return 'set HOME to a directory of the user who applies, or give that user an entry in /etc/passwd';
  if (NIX_OUTPUT.noDaemon.test(stderr))
    return 'start the Nix daemon on the machine that applies, and let the user who applies use it (nix.conf: allowed-users)';
  return `repair Nix on the machine that applies: \`nix-store --check-validity --print-invalid ${storePath}\` must work for the user who applies`;
}
