import { withoutCredentials } from '../nix/credentials';
import { credentialProblem } from './arguments';
import { isToken } from '../../terraform/token';
import { decodedComponent } from '../../private/uri-component';
import { parseAttributePath } from '../../private/attribute-path';
import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';

/** A flake reference and an attribute path in it, as on Nix's command line: `.#nixosConfigurations."a.b"`. */
interface Installable {
  readonly flake: string;
  /** Empty when the installable has none. */
  readonly attribute: readonly string[];
}

const CONTROL = /[\u0000-\u001f\u007f]/;

/** The problem with a flake reference without an attribute, if there is one. */
export function flakeProblem(flake: unknown): Problem | undefined {
  const expected = 'a flake reference: ".", "./sub", "git+ssh://host/repo", "github:owner/repo"';
  if (typeof flake !== 'string') return { given: display(flake), expected, fix: 'give it as a string' };
  if (isToken(flake)) {
    const fix = 'a flake is evaluated before Terraform runs: write its reference down';
    return { given: 'a Terraform token', expected, fix };
  }
  const problem = (fix: string): Problem => ({ given: display(withoutCredentials(flake)), expected, fix });
  if (flake.trim() === '') return problem('the flake in the project folder is "."');
  if (flake.startsWith('-')) return problem('it must not start with "-"; a folder of this name is "./-name"');
  if (CONTROL.test(flake)) return problem('remove the control characters');
  if (flake.includes('#')) return problem('leave out "#" and the attribute');
  if (/\s/.test(flake) && /^[a-z+]+:/.test(flake)) return problem('write a space in a URL as %20');
  return credentialProblem(flake);
}

/** The problem with an installable, if there is one. */
export function installableProblem(installable: unknown): Problem | undefined {
  const expected = 'an installable: a flake reference, "#" and an attribute, as ".#web"';
  if (typeof installable !== 'string' || isToken(installable)) {
    const flake = flakeProblem(installable);
    return flake && { ...flake, expected };
  }
  const { flake, fragment } = split(installable);
  const credential = credentialProblem(installable);
  if (credential) return credential;
  const problem = flakeProblem(flake);
  const given = display(installable);
  if (problem) return { ...problem, given, expected };
  if (fragment !== undefined && parseAttributePath(fragment) === undefined) {
    const fix = 'separate names with dots; quote a name that contains a dot or a blank, or use `attribute`';
    return { given, expected, fix };
  }
  return undefined;
}

/**
 * The problem with the attribute of a configuration, if there is one. It must be given exactly once.
 *
 * @param inInstallable what follows "#"
 */
export function attributeProblem(inInstallable: readonly string[], attribute: unknown): Problem | undefined {
  const expected = 'the name of a configuration';
  if (attribute === undefined) {
    if (inInstallable.length > 0) return undefined;
    return { given: 'no attribute', expected, fix: 'add "#" and the name: ".#web"' };
  }
  if (inInstallable.length > 0) return { given: 'two attributes', expected, fix: 'leave out "#" and what follows' };
  const isPath = Array.isArray(attribute) && attribute.length > 0 && attribute.every(isAttributeName);
  const fix = "give the names as a list: ['nixosConfigurations', 'web.example.com']";
  return isPath ? undefined : { given: display(attribute), expected: 'an attribute path', fix };
}

/**
 * The problem with the attribute of a derivation, if there is one. Without the platform it would depend on the machine
 * that evaluates.
 */
export function derivationAttributeProblem(installable: string, attribute: readonly string[]): Problem | undefined {
  if (attribute.length > 1) return undefined;
  const fix = 'name the platform too: ".#packages.x86_64-linux.name"';
  return { given: display(installable), expected: 'the full attribute path of a derivation', fix };
}

/** The parts of a valid installable. */
export function parseInstallable(installable: string): Installable {
  const { flake, fragment } = split(installable);
  return { flake, attribute: (fragment && parseAttributePath(fragment)) || [] };
}

function isAttributeName(name: unknown): boolean {
  return typeof name === 'string' && name !== '' && !CONTROL.test(name) && !isToken(name);
}

function split(installable: string): { flake: string; fragment?: string } {
  const hash = installable.indexOf('#');
  if (hash < 0) return { flake: installable };
  // Nix decodes the fragment of a URL.
  return { flake: installable.slice(0, hash) || '.', fragment: decodedComponent(installable.slice(hash + 1)) };
}
