import { display } from './display';
import type { Problem } from './problem';

// The alphabet of Nix's base 32 leaves out e, o, t and u; a name has at most 211 characters and no leading dot.
const STORE_PATH = /^\/nix\/store\/[0-9a-df-np-sv-z]{32}-[0-9A-Za-z+_?=-][0-9A-Za-z+._?=-]{0,210}$/;
const DERIVATION = /\.drv$/;

/** The problem with the store path of something built, for example of a system, if there is one. */
export function storePathProblem(storePath: unknown): Problem | undefined {
  if (typeof storePath === 'string' && STORE_PATH.test(storePath) && !DERIVATION.test(storePath)) return undefined;
  return {
    given: display(storePath),
    expected: 'a store path: /nix/store/<32 characters of hash>-<name>',
    fix: fix(storePath),
  };
}

/** The problem with the store path of a derivation, if there is one. */
export function derivationPathProblem(storePath: unknown): Problem | undefined {
  if (typeof storePath === 'string' && STORE_PATH.test(storePath) && DERIVATION.test(storePath)) return undefined;
  return {
    given: display(storePath),
    expected: 'the store path of a derivation: /nix/store/<32 characters of hash>-<name>.drv',
    fix: 'give what `nix-store --query --deriver` prints for the path, or `drvPath` of the configuration',
  };
}

function fix(storePath: unknown): string {
  if (typeof storePath !== 'string') return 'give the path as a string';
  if (DERIVATION.test(storePath)) return 'give what the derivation builds, not the derivation (.drv)';
  if (!storePath.startsWith('/nix/store/')) return 'only the store /nix/store is supported';
  if (/^\/nix\/store\/[^/]+\//.test(storePath)) {
    return 'give the store path itself: no trailing slash, no path inside it, no ".."';
  }
  return 'copy the path as Nix prints it';
}
