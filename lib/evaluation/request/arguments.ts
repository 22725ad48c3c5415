import { display } from '../../validation/display';
import { InputError, type Problem } from '../../validation/problem';
import { systemProblem } from '../../validation/system';
import { isToken } from '../../terraform/token';

/** Refuses an argument of a value, which has no construct: the error names the function. */
export function refuseArgument(of: string, name: string, problem: Problem | undefined): void {
  if (problem) throw new InputError(of, name, problem);
}

/** What is wrong with the path of something that is evaluated. It is looked up later, when it is read. */
export function pathProblem(file: unknown): Problem | undefined {
  const expected = 'a path, absolute or relative to the folder of cdktf.json';
  if (typeof file !== 'string') return { given: display(file), expected, fix: 'give it as a string' };
  if (isToken(file)) {
    const fix = 'evaluation reads it before Terraform runs: write the path down';
    return { given: 'a Terraform value', expected, fix };
  }
  if (file === '' || file.includes('\0')) return { given: display(file), expected, fix: 'name a file' };
  return undefined;
}

/** What is wrong with the platform of a machine, which evaluation needs. */
export function platformProblem(system: unknown): Problem | undefined {
  const problem = systemProblem(system);
  return problem && isToken(system) ? { ...problem, given: 'a Terraform value' } : problem;
}

/** What is wrong with the address of an archive. */
export function urlProblem(url: unknown): Problem | undefined {
  if (typeof url === 'string' && !isToken(url) && /^(https?|file):\/\/\S+$/.test(url)) return undefined;
  const given = isToken(url) ? 'a Terraform value' : display(url);
  return { given, expected: 'a URL', fix: 'write https://host/nixpkgs.tar.gz' };
}

/** What is wrong with the hash of an unpacked tree, in one of the notations that Nix has. */
export function sha256Problem(hash: unknown): Problem | undefined {
  const notation = /^(sha256-[A-Za-z0-9+/]{43}=|(sha256:)?([0-9a-f]{64}|[0-9a-df-np-sv-z]{52}))$/;
  if (typeof hash === 'string' && notation.test(hash)) return undefined;
  const given = isToken(hash) ? 'a Terraform value' : display(hash);
  const fix = 'give what "nix-prefetch-url --unpack <url>" prints';
  return { given, expected: 'the SHA-256 of the unpacked tree', fix };
}
