/**
 * Every text of Nix and NixOS that we recognise, at synth (lib/evaluation/nix/output.ts) and at apply. Nix promises none
 * of them: "seen" names the versions that printed it to us, and a form without a version is known from reports only.
 * When another version prints something else, add its form and its version here, and its text to
 * test/evaluation/nix/output.test.ts. No other TypeScript matches Nix's texts.
 */
export const NIX_OUTPUT = {
  /** The beginning of an error. Seen: 2.8, 2.26. */
  error: /^\s*error:\s?/,
  /** A position in Nix code. Seen: 2.8, 2.26. */
  position: /^\s*at (.*:\d+(:\d+)?):$/,
  /** A line of the code at a position. Seen: 2.8, 2.26. */
  excerpt: /^\s*(\d+\||\|)/,
  /** A position in code that is not the user's: in the store, in a text of ours, or in a staged request. */
  foreignPosition: /^(\/nix\/store\/|«)|\/nixos\/requests\//,
  /** A step of a trace: after the error in 2.8, before it in 2.26. */
  traceStep: /^\s*… (while|from)/,
  /** Remarks about traces. Seen: 2.8 (both), 2.26 (the second). */
  traceRemark: /^\(use '--show-trace'|^\s*\(stack trace truncated/,
  /** Colours that a configuration prints itself. */
  colours: /\u001b\[[0-9;]*m/g,
  /** A trace or warning of the user's Nix code. Seen: 2.8 and 2.26 ("trace: "), 2.26 ("evaluation warning: "). */
  userMessage: /^(trace: (warning: )?|evaluation warning: )/,
  /** The beginning of any other message. Seen: 2.8, 2.26. */
  otherMessage: /^(trace: |warning: |error|evaluation warning: |building |copying |fetching |unpacking )/,
  /** An event of nix/eval.nix, followed by JSON. Seen: 2.8, 2.26. */
  event: (nonce: string) => `trace: @cdktf-nixos ${nonce} `,
  /** A command or an option that this Nix does not have. Seen: 2.8, 2.26. */
  unknownCommand: /unrecogni[sz]ed (flag|option)|is not a recogni[sz]ed command/,
  /** A flake.lock in which inputs are missing and that must not change. Seen: 2.8 (the first), 2.26 (the second). */
  incompleteLock:
    /requires lock file changes|while updating the lock file|cannot write modified lock file|cannot update unlocked flake input/,
  /** A flake.lock in a form that this Nix does not know. Seen: 2.8 (the first); the second is of other versions. */
  newerLock: /lock ?file contains mutable lock|lock ?file '.*' has unsupported version/,
  /** What Git, run by Nix, prints when it fails; its ssh, too. Seen: 2.8, 2.26 with Git 2.39. */
  gitFailure: /^(?:fatal: |ssh: |Host key verification failed).*|.*\bPermission denied \(.*/gm,
  /** An input that could not be fetched. Seen: 2.8 and 2.26 ("download"). */
  failedFetch: /unable to (download|fetch)/,
  /** A file that is missing in the copy of a source. Seen: 2.8 ("status of"), 2.26 ("path"); "not tracked" is of 2.20 and later. */
  missingFile: /(?:path|status of) '\/nix\/store\/[0-9a-z]{32}-source\/([^']+)'|path '([^']+)' .* not tracked/gi,
  /** Seen: 2.8, 2.26. */
  importFromDerivation: /allow-import-from-derivation' is disabled/,
  /** Seen: 2.8 ("eval"), 2.26 ("evaluation"). */
  impureAccess: /is forbidden in pure eval(uation)? mode/,
  /**
   * nixpkgs about a package that it refuses to evaluate: it offers a variable. Known of nixpkgs since 2015.
   */
  refusedPackage: /\bNIXPKGS_ALLOW_(UNFREE|BROKEN|INSECURE|UNSUPPORTED_SYSTEM|NONSOURCE)=1/,
  /** NixOS about a configuration that sets our options without our module. Seen: 2.8, 2.26. */
  missingValuesModule: /option `cdktf-nixos' does not exist/,
  /** The copy of a source in the store. Seen: 2.8, 2.26. */
  storedSource: /\/nix\/store\/[0-9a-z]{32}-source/g,
  /** A failed allocation: no trace, unlike what a configuration throws. Seen: 2.8 and 2.26 (the first). */
  outOfMemory: /^error: (out of memory|std::bad_alloc)$/,
  /** The same from the garbage collector. Seen: 2.8, 2.26. */
  collectorOutOfMemory: /^GC Warning: Out of Memory/m,
  /** Nix whose user has no home. Seen: 2.8. */
  noHome: /cannot determine user's home directory/,
  /** Nix without its daemon. Seen: 2.8. */
  noDaemon: /cannot connect to (socket|daemon)|daemon-socket/,
  /** A process that Nix cannot start; a builder's own words do not begin a line like this. Seen: 2.8. */
  noProcess: /^error: unable to fork/m,
  /** Work of `nix-store --realise`. Seen: 2.8. */
  work: /^(building|copying path) '\/nix\/store\/[^-]*-([^']*)'/,
} as const;
