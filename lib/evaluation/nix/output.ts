/**
 * Every text of Nix and NixOS that evaluation recognises. Nix promises none of them: "seen" names the versions that
 * printed it to us, and a form without a version is known from reports only. When another version prints something
 * else, add its form and its version here, and its text to test/evaluation/nix/output.test.ts. No other file of this
 * room matches Nix's texts.
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
  /** An input that could not be fetched. Seen: 2.8 and 2.26 ("download"). */
  failedFetch: /unable to (download|fetch)/,
  /** A file that is missing in the copy of a source. Seen: 2.8 ("status of"), 2.26 ("path"); "not tracked" is of 2.20 and later. */
  missingFile: /(?:path|status of) '\/nix\/store\/[0-9a-z]{32}-source\/([^']+)'|path '([^']+)' .* not tracked/gi,
  /** Seen: 2.8, 2.26. */
  importFromDerivation: /allow-import-from-derivation' is disabled/,
  /** Seen: 2.8 ("eval"), 2.26 ("evaluation"). */
  impureAccess: /is forbidden in pure eval(uation)? mode/,
  /** NixOS about a configuration that sets our options without our module. Seen: 2.8, 2.26. */
  missingValuesModule: /option `cdktf-nixos' does not exist/,
  /** The copy of a source in the store. Seen: 2.8, 2.26. */
  storedSource: /\/nix\/store\/[0-9a-z]{32}-source/g,
  /** A failed allocation: no trace, unlike what a configuration throws. Seen: 2.8 and 2.26 (the first). */
  outOfMemory: /^error: (out of memory|std::bad_alloc)$/,
  /** The same from the garbage collector. Seen: 2.8, 2.26. */
  collectorOutOfMemory: /^GC Warning: Out of Memory/m,
} as const;

const MAX_LINES = 40;

/**
 * Nix's own sentence in its stderr: the last error without the trace that leads to it, and with the place in a file of
 * the user. Nix 2.26 prints the trace before the error, older versions print it after.
 */
export function nixMessage(stderr: string): string {
  return nixSentence(stderr) ?? withoutRemarks(stderr).join('\n').trim().split('\n').slice(-MAX_LINES).join('\n');
}

/** Like `nixMessage`, but returns undefined when there is no error in the output. */
export function nixSentence(stderr: string): string | undefined {
  const lines = withoutRemarks(stderr);
  const last = lines.map((line) => NIX_OUTPUT.error.test(line)).lastIndexOf(true);
  if (last < 0) return undefined;
  const message = withoutPositions([lines[last].replace(NIX_OUTPUT.error, ''), ...lines.slice(last + 1)]);
  return dedented(message).slice(0, MAX_LINES).join('\n').trim();
}

/** The warnings and traces of the user's Nix code, each once. */
export function warnings(stderr: string): string[] {
  const found: string[][] = [];
  let current: string[] | undefined;
  for (const line of stderr.replace(NIX_OUTPUT.colours, '').split('\n')) {
    if (NIX_OUTPUT.userMessage.test(line)) found.push((current = [line.replace(/^trace: (?=warning: )/, '')]));
    else if (NIX_OUTPUT.otherMessage.test(line)) current = undefined;
    else current?.push(line);
  }
  return [...new Set(found.map((lines) => lines.join('\n').trim()))];
}

/** The files, relative to their source, that are missing in the copy of a source in the store. */
export function missingFiles(stderr: string): string[] {
  return [...stderr.matchAll(NIX_OUTPUT.missingFile)].map(([, stored, untracked]) => stored ?? untracked);
}

/** The last line reports that an allocation failed. An indented line, as in a trace, needs the collector's report. */
export function ranOutOfMemory(stderr: string): boolean {
  const last = stderr.trimEnd().split('\n').pop() as string;
  const { outOfMemory, collectorOutOfMemory } = NIX_OUTPUT;
  return outOfMemory.test(last) || (outOfMemory.test(last.trimStart()) && collectorOutOfMemory.test(stderr));
}

function withoutRemarks(stderr: string): string[] {
  return stderr.split('\n').filter((line) => !NIX_OUTPUT.traceRemark.test(line));
}

function withoutPositions(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => NIX_OUTPUT.traceStep.test(line));
  const relevant = end < 0 ? lines : lines.slice(0, end);
  return relevant.filter((line) => !NIX_OUTPUT.excerpt.test(line)).flatMap(userPosition);
}

function userPosition(line: string): string[] {
  const place = NIX_OUTPUT.position.exec(line)?.[1];
  if (place === undefined) return [line];
  return NIX_OUTPUT.foreignPosition.test(place) ? [] : [`at ${place}`];
}

function dedented(lines: readonly string[]): string[] {
  const [first, ...rest] = lines;
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents, 80);
  const blankRuns = (line: string, index: number, all: string[]) => line !== '' || all[index - 1] !== '';
  return [first, ...rest.map((line) => line.slice(indent).trimEnd())].filter(blankRuns);
}
