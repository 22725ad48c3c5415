import { NIX_OUTPUT } from '../../private/nix-output';
import { nix, nixInstantiate, ProcessError, type ProcessOptions, type ProcessResult } from '../../private/process';

/** Every call of the new command line starts with these, so that a user's nix.conf need not enable it. */
const FEATURES = ['--extra-experimental-features', 'nix-command flakes'] as const;

/** Nix is missing or too old; the message says what to do. */
class UnusableNix extends Error {}

/**
 * Runs `nix`. Any exit status is a result.
 *
 * @throws UnusableNix when Nix is missing or too old
 */
export function runNix(args: readonly string[], options: ProcessOptions): ProcessResult {
  const result = explained(() => nix.captureSync([...FEATURES, ...args], options));
  if (result.exitCode !== 0 && NIX_OUTPUT.unknownCommand.test(result.stderr)) {
    throw new UnusableNix(`this Nix has no "nix ${args[0]}", or not all of its options: install Nix 2.8 or newer`);
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
        `${error.message}: synth evaluates NixOS configurations with it; install Nix (https://nixos.org/download)`,
      );
    }
    throw error;
  }
}

/** A call of `nix` for a user to run. It works without flakes in nix.conf. */
export function nixCommand(args: readonly string[]): string[] {
  return ['nix', ...FEATURES, ...args];
}
