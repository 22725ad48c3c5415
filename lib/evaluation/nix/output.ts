import { NIX_OUTPUT } from '../../private/nix-output';

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
