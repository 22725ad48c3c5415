import { display } from './display';
import type { Problem } from './problem';

/** Nix's name of a platform, processor and kernel: `x86_64-linux`. */
const SYSTEM = /^[a-z0-9_]+-[a-z0-9]+$/;

/** The problem with the platform of a machine, if there is one. */
export function systemProblem(system: unknown): Problem | undefined {
  if (typeof system === 'string' && SYSTEM.test(system)) return undefined;
  return {
    given: display(system),
    expected: "Nix's name of a platform",
    fix: 'write "x86_64-linux" or "aarch64-linux"',
  };
}
