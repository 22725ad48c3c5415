import { nix, nixInstantiate, ProcessError, type ProcessOptions, type ProcessResult } from '../../private/process';

/** What every call of the new command line starts with: a user's nix.conf need not enable it. */
export const FEATURES = ['--extra-experimental-features', 'nix-command flakes'] as const;

/** Nix is not there, or is none that we can work with; the message says what to do. */
class UnusableNix extends Error {}

/** Runs `nix`; any exit status is a result. A Nix that is missing or too old is an error with the cure. */
export function runNix(args: readonly string[], options: ProcessOptions): ProcessResult {
  const result = explained(() => nix.captureSync([...FEATURES, ...args], options));
  if (result.exitCode !== 0 && /unrecogni[sz]ed (flag|option)|is not a recogni[sz]ed command/.test(result.stderr)) {
    throw new UnusableNix(`this nix does not know "nix ${args[0]}": install nix 2.8 or later`);
  }
  return result;
}

/** Runs `nix-instantiate`, as `runNix` does. */
export function runNixInstantiate(args: readonly string[], options: ProcessOptions): ProcessResult {
  return explained(() => nixInstantiate.captureSync(args, options));
}

function explained(run: () => ProcessResult): ProcessResult {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProcessError && error.missing) {
      throw new UnusableNix(
        `${error.program} is not on PATH: synth evaluates NixOS configurations with it; install Nix (https://nixos.org/download)`,
      );
    }
    throw error;
  }
}
