import { holdsCredential, withoutCredentials } from '../nix/credentials';
import { display } from '../../validation/display';
import { type Problem, refuse } from '../../validation/problem';
import { secondsProblem } from '../../validation/seconds';
import { systemProblem } from '../../validation/system';
import { Checks } from '../../terraform/checks';
import type { OptionNames } from '../../validation/options';
import { isToken } from '../../terraform/token';
import type { NixOptions } from './nix-options';
import type { FileRequest } from './request';

/** What to do about a credential in a URL. */
export const NETRC =
  'take it out of the URL and let Nix find it: a login in a netrc file (netrc-file in nix.conf), a token for GitHub or GitLab in ' +
  'access-tokens of nix.conf, an ssh key in the agent';

/** The problem with a URL that holds a login or a token, if it does: the store, the output and command lines would show it. */
export function credentialProblem(url: string): Problem | undefined {
  if (!holdsCredential(url)) return undefined;
  return { given: display(withoutCredentials(url)), expected: 'a URL without a credential', fix: NETRC };
}

/** The problem with the path of something that is evaluated, if there is one. Whether it exists is checked when it is read. */
export function pathProblem(file: unknown): Problem | undefined {
  const expected = 'a path, absolute or relative to the folder of cdktf.json';
  if (typeof file !== 'string') return { given: display(file), expected, fix: 'give it as a string' };
  if (isToken(file)) {
    const fix = 'evaluation reads it before Terraform runs: write the path down';
    return { given: 'a Terraform token', expected, fix };
  }
  if (file === '' || file.includes('\0')) return { given: display(file), expected, fix: 'give the path of a file' };
  return undefined;
}

/** The problem with the platform of a machine, if there is one. Evaluation needs it. */
export function platformProblem(system: unknown): Problem | undefined {
  const problem = systemProblem(system);
  return problem && isToken(system) ? { ...problem, given: 'a Terraform token' } : problem;
}

/** The problem with the address of an archive, if there is one. */
export function urlProblem(url: unknown): Problem | undefined {
  if (typeof url === 'string' && !isToken(url) && /^(https?|file):\/\/\S+$/.test(url)) return credentialProblem(url);
  const given = isToken(url) ? 'a Terraform token' : display(typeof url === 'string' ? withoutCredentials(url) : url);
  return { given, expected: 'a URL', fix: 'write https://host/nixpkgs.tar.gz' };
}

/** The problem with the hash of an unpacked tree, in one of the notations that Nix has, if there is one. */
export function sha256Problem(hash: unknown): Problem | undefined {
  const notation = /^(sha256-[A-Za-z0-9+/]{43}=|(sha256:)?([0-9a-f]{64}|[0-9a-df-np-sv-z]{52}))$/;
  if (typeof hash === 'string' && notation.test(hash)) return undefined;
  const given = isToken(hash) ? 'a Terraform token' : display(hash);
  const fix = 'give what "nix-prefetch-url --unpack <url>" prints';
  return { given, expected: 'the SHA-256 of the unpacked tree', fix };
}

/**
 * The problem with a configuration file that is incomplete, if it is. Reported where it is used, because a value has no
 * place in the program's tree.
 */
export function incompleteFileProblem(name: string, { nixpkgs, system }: FileRequest): Problem | undefined {
  const missing = [...(nixpkgs ? [] : ['nixpkgs']), ...(system === undefined ? ['system'] : [])].join(' and ');
  if (missing === '') return undefined;
  return {
    given: `NixosConfiguration.fromFile(${display(name)}) without ${missing}`,
    expected: 'the nixpkgs and the platform to evaluate it with',
    fix: 'write { nixpkgs: NixpkgsSource.fromFlake("github:NixOS/nixpkgs/<commit>"), system: "x86_64-linux" }',
  };
}

/** The problem with arguments that are added to those of an earlier extension, if there is one. */
export function specialArgsProblem(earlier: object, added: unknown): Problem | undefined {
  if (typeof added !== 'object' || added === null || Array.isArray(added)) {
    return { given: display(added), expected: 'an object of arguments by name', fix: 'write { role: "web" }' };
  }
  for (const name of Object.keys(added)) {
    if (!/^[A-Za-z_][A-Za-z0-9_'-]*$/.test(name)) {
      const fix = 'modules take the argument by its name: { role, ... }: { }';
      return { given: `an argument named ${display(name)}`, expected: 'a Nix identifier', fix };
    }
    if (Object.hasOwn(earlier, name)) {
      const fix = 'give it once; the second would silently replace the first';
      return { given: `${display(name)} a second time`, expected: 'a new argument', fix };
    }
  }
  return undefined;
}

const NIX_OPTIONS: OptionNames = {
  importFromDerivation: true,
  impure: true,
  settings: true,
  timeoutSeconds: true,
} satisfies Record<keyof NixOptions, unknown>;

/** Refuses options of an evaluation. @throws InputError when there is a problem */
export function checkNixOptions(caller: string, nix: NixOptions): void {
  new Checks(caller).options('nix', nix, NIX_OPTIONS);
  const { timeoutSeconds, settings = {} } = nix;
  if (timeoutSeconds !== undefined) refuse(caller, 'nix.timeoutSeconds', secondsProblem(timeoutSeconds));
  for (const [name, value] of Object.entries(settings)) refuse(caller, 'nix.settings', settingProblem(name, value));
}

/** The problem with a setting of nix.conf, if there is one. */
function settingProblem(name: string, value: unknown): Problem | undefined {
  const fix = 'write them as in nix.conf: settings: { "max-call-depth": "20000" }';
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    return { given: `a setting ${display(name)}`, expected: 'names of nix.conf', fix };
  if (typeof value === 'string' && !isToken(value)) return settingTextProblem(name, value);
  const given = isToken(value) ? 'a Terraform token' : display(value);
  return { given: `${name} = ${given}`, expected: 'settings as strings', fix };
}

/** Settings reach Nix as lines of nix.conf. The value may be secret and is not shown. */
function settingTextProblem(name: string, value: string): Problem | undefined {
  if (!/[#\u0000-\u001f\u007f]/.test(value)) return undefined;
  const given = `a value of ${name} with "#" or a control character`;
  return {
    given,
    expected: 'what one line of nix.conf can hold',
    fix: 'give a list as words with spaces between them',
  };
}
