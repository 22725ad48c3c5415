const COLOURS = /\u001b\[[0-9;]*m/g;
/** What the user's Nix code says by `trace` and `warn`. */
const SAID = /^(trace: (warning: )?|evaluation warning: )(?!@cdktf-nixos )/;
/** The beginning of anything else that Nix prints. */
const OTHER = /^(trace: |warning: |error|evaluation warning: |building |copying |fetching |unpacking )/;

/** The warnings and traces of an evaluation, each once. */
export function warnings(stderr: string): string[] {
  const found: string[][] = [];
  let current: string[] | undefined;
  for (const line of stderr.replace(COLOURS, '').split('\n')) {
    if (SAID.test(line)) found.push((current = [line.replace(/^trace: (?=warning: )/, '')]));
    else if (OTHER.test(line)) current = undefined;
    else current?.push(line);
  }
  return [...new Set(found.map((lines) => lines.join('\n').trim()))];
}
