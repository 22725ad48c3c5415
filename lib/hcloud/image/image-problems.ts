import { type Architecture, ARCHITECTURES } from '../../job/hcloud-fields';
import { display } from '../../validation/display';
import { type Problem, problemLine } from '../../validation/problem';

const PLATFORMS: { readonly [system: string]: Architecture | undefined } = {
  'x86_64-linux': 'x86',
  'aarch64-linux': 'arm',
};

/** More would be a mistake: a snapshot for each change of a week. */
const MAX_KEPT = 20;

/** The architecture of the servers that a platform is for, as Hetzner names it. */
export function architectureOf(system: string): Architecture | undefined {
  return Object.hasOwn(PLATFORMS, system) ? PLATFORMS[system] : undefined;
}

export function architectureProblem(architecture: unknown): Problem | undefined {
  if (ARCHITECTURES.some((known) => known === architecture)) return undefined;
  return { given: display(architecture), expected: 'x86 or arm', fix: 'write it as Hetzner does' };
}

export function keepImagesProblem(count: unknown): Problem | undefined {
  if (Number.isInteger(count) && (count as number) >= 0 && (count as number) <= MAX_KEPT) return undefined;
  return {
    given: display(count),
    expected: `a whole number from 0 to ${MAX_KEPT}`,
    fix: 'give how many images of earlier contents stay at Hetzner',
  };
}

/** What only the evaluation shows, one line each. @param wanted the architecture that the user expects */
export function evaluatedProblems(
  image: { readonly system: string; readonly format: string },
  wanted?: string,
): string[] {
  const found = architectureOf(image.system);
  const problems: (readonly [string, Problem])[] = [];
  if (found === undefined) problems.push(['configuration', noSuchServer(image.system)]);
  else if (wanted !== undefined && wanted !== found)
    problems.push(['architecture', mismatch(wanted, found, image.system)]);
  if (image.format !== 'raw') problems.push(['configuration', notRaw(image.format)]);
  return problems.map(([field, problem]) => problemLine(field, problem));
}

function noSuchServer(system: string): Problem {
  return {
    given: `a configuration for ${system}`,
    expected: Object.keys(PLATFORMS).join(' or '),
    fix: 'set nixpkgs.hostPlatform of the configuration to a platform that Hetzner has servers for',
  };
}

function mismatch(wanted: string, found: string, system: string): Problem {
  return {
    given: `${wanted}, and the configuration is for ${system} (${found})`,
    expected: 'the architecture of the configuration',
    fix: `write ${found} or leave it out, or set nixpkgs.hostPlatform of the configuration`,
  };
}

function notRaw(format: string): Problem {
  return {
    given: `an image of the format ${format}`,
    expected: 'raw: it is written to a disk as it is',
    fix: 'let image.modules.hcloud of the configuration build a raw image that is not compressed, as the module of cdktf-nixos does',
  };
}
