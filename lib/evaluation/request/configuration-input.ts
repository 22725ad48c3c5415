import { isToken } from '../../terraform/token';
import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';
import { secondsProblem } from '../../validation/seconds';
import type { EvaluatorSettings, FileRequest } from './request';

/** What a configuration file lacks; said where it is used, because a value has no place in the program's tree. */
export function incompleteFileProblem(name: string, { nixpkgs, system }: FileRequest): Problem | undefined {
  const missing = [...(nixpkgs ? [] : ['nixpkgs']), ...(system === undefined ? ['system'] : [])].join(' and ');
  if (missing === '') return undefined;
  return {
    given: `NixosConfiguration.fromFile(${display(name)}) without ${missing}`,
    expected: 'the nixpkgs and the platform that it is evaluated with',
    fix: 'write { nixpkgs: NixpkgsSource.fromFlake("github:NixOS/nixpkgs/<commit>"), system: "x86_64-linux" }',
  };
}

/** What is wrong with arguments that are added to those of an extension before. */
export function specialArgsProblem(earlier: object, added: unknown): Problem | undefined {
  if (typeof added !== 'object' || added === null || Array.isArray(added)) {
    return { given: display(added), expected: 'an object of arguments by name', fix: 'write { role: "web" }' };
  }
  for (const name of Object.keys(added)) {
    if (!/^[A-Za-z_][A-Za-z0-9_'-]*$/.test(name)) {
      const fix = 'modules name the argument in their head: { role, ... }: { }';
      return { given: `an argument named ${display(name)}`, expected: 'a name of Nix', fix };
    }
    if (Object.hasOwn(earlier, name)) {
      const fix = 'give it once; one would silently replace the other';
      return { given: `${name} a second time`, expected: 'arguments that are not there yet', fix };
    }
  }
  return undefined;
}

/** What is wrong with settings of the evaluator. */
export function settingsProblem(settings: EvaluatorSettings): Problem | undefined {
  const { timeoutSeconds, settings: named = {} } = settings;
  const problem = timeoutSeconds === undefined ? undefined : secondsProblem(timeoutSeconds);
  if (problem) return { ...problem, given: `timeoutSeconds ${problem.given}` };
  for (const [name, value] of Object.entries(named)) {
    const fix = 'write them as in nix.conf: settings: { "max-call-depth": "20000" }';
    if (!/^[a-z][a-z0-9-]*$/.test(name))
      return { given: `a setting ${display(name)}`, expected: 'names of nix.conf', fix };
    if (typeof value !== 'string' || isToken(value)) {
      return { given: `${name} = ${display(value)}`, expected: 'settings as strings', fix };
    }
  }
  return undefined;
}
