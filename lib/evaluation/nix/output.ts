const ERROR = /^\s*error:\s?/;
/** Where something is written in Nix code, with the excerpt below it. */
const POSITION = /^\s*at (.*:\d+(:\d+)?):$/;
/** Code that is not the user's: in the store, in a text of ours, or in a staged request. */
const FOREIGN = /^(\/nix\/store\/|«)|\/nixos\/requests\//;
const EXCERPT = /^\s*(\d+\||\|)/;
const NOISE = /^\(use '--show-trace'|^\s*\(stack trace truncated/;
const MAX_LINES = 40;

/**
 * Nix's sentence in what it wrote to stderr: the last error, without the trace that leads to it, and with the place in
 * a file of the user. Nix 2.26 puts the trace before the error, older ones put it after.
 */
export function nixMessage(stderr: string): string {
  return nixSentence(stderr) ?? withoutNoise(stderr).join('\n').trim().split('\n').slice(-MAX_LINES).join('\n');
}

/** As `nixMessage`, but nothing when there is no error in it. */
export function nixSentence(stderr: string): string | undefined {
  const lines = withoutNoise(stderr);
  const last = lines.map((line) => ERROR.test(line)).lastIndexOf(true);
  if (last < 0) return undefined;
  const message = withoutPositions([lines[last].replace(ERROR, ''), ...lines.slice(last + 1)]);
  return dedented(message).slice(0, MAX_LINES).join('\n').trim();
}

function withoutNoise(stderr: string): string[] {
  return stderr.split('\n').filter((line) => !NOISE.test(line));
}

function withoutPositions(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => /^\s*… (while|from)/.test(line));
  const relevant = end < 0 ? lines : lines.slice(0, end);
  return relevant.filter((line) => !EXCERPT.test(line)).flatMap(ownPosition);
}

function ownPosition(line: string): string[] {
  const place = POSITION.exec(line)?.[1];
  if (place === undefined) return [line];
  return FOREIGN.test(place) ? [] : [`at ${place}`];
}

function dedented(lines: readonly string[]): string[] {
  const [first, ...rest] = lines;
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents, 80);
  const blankRuns = (line: string, index: number, all: string[]) => line !== '' || all[index - 1] !== '';
  return [first, ...rest.map((line) => line.slice(indent).trimEnd())].filter(blankRuns);
}
