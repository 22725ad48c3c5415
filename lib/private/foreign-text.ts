// Sequences and single characters that a terminal obeys; tabs and line ends are neither.
const TERMINAL =
  /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(\u0007|\u001b\\)?|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** They have no width or turn the direction of a line, so that it reads as something else. */
const INVISIBLE = /[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** Lines that CI systems obey: `::add-mask::` of GitHub, also after blanks; `##vso[`, `##[`, `##teamcity[` anywhere. */
const WORKFLOW_COMMAND = /^([^\S\n]*:)(?=:)/gm;
const LOG_COMMAND = /#(?=#\w*\[)/g;

/** Text of another program, as it may be kept and compared: no terminal obeys it, and nothing in it is hidden. */
export function printable(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(TERMINAL, '')
    .replace(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Text of another program or of a configuration, as it may be shown: no terminal and no CI system obeys it, and nothing
 * in it is hidden. Lines stay lines.
 */
export function foreignText(text: string): string {
  return printable(text).replace(WORKFLOW_COMMAND, '$1 ').replace(LOG_COMMAND, '# ');
}
