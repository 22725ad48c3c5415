import type { FirstBoot } from '../evaluation/request/wants';
import { display } from '../validation/display';
import { type Problem, problemLine } from '../validation/problem';

/**
 * The problem with a configuration of a new machine that would not take its first host key from user data: nobody could log
 * in to check it.
 *
 * @param field that has the configuration
 * @param source what the machine's cloud needs; undefined for a machine that needs no module
 * @param answer undefined for a configuration that is not evaluated; null for one without the module
 */
export function firstBootProblems(
  field: string,
  source: string | undefined,
  answer: FirstBoot | null | undefined,
): string[] {
  if (source === undefined || answer === undefined || (answer?.enabled === true && answer.source === source)) return [];
  return [problemLine(field, { given: describe(answer), expected: EXPECTED, fix: fixOf(source, answer) })];
}

const EXPECTED = "one that gives a new host the key by which its first login is checked (this package's NixOS module)";
const MODULE = 'import the NixOS module cdktf-nixos.nixosModules.default';

function describe(answer: FirstBoot | null): Problem['given'] {
  if (answer === null) return 'a configuration without cdktf-nixos.firstBoot';
  if (!answer.enabled) return 'a configuration with cdktf-nixos.firstBoot.enable = false';
  return `a configuration with cdktf-nixos.firstBoot.source = ${display(answer.source)}`;
}

function fixOf(source: string, answer: FirstBoot | null): string {
  const settings = `cdktf-nixos.firstBoot = { enable = true; source = ${JSON.stringify(source)}; }`;
  return answer === null ? `${MODULE} and set ${settings}` : `set ${settings}`;
}
