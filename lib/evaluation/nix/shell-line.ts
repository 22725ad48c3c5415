import { FEATURES } from './command';

/** A command as a line for a shell of the POSIX kind: whoever reads it can run it as it is. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** A call of `nix` to run by hand; it works without flakes in nix.conf. */
export function nixCommand(args: readonly string[]): string[] {
  return ['nix', ...FEATURES, ...args];
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
