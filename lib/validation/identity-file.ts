import { display, holdsPrivateKey } from './display';
import type { Problem } from './problem';

/** The problem with the path of a private key, if there is one. The file itself is checked when it is used. */
export function identityFileProblem(file: unknown): Problem | undefined {
  const advice = fix(file);
  if (advice === undefined) return undefined;
  return { given: display(file), expected: 'the path of a private key: absolute, or starting with ~/', fix: advice };
}

function fix(file: unknown): string | undefined {
  if (typeof file !== 'string') return 'give the path as a string, or leave it out to use the ssh agent';
  if (holdsPrivateKey(file))
    return 'give the path of its file; a key in the program would end up in the Terraform state';
  if (file === '') return 'give a path, or leave it out to use the ssh agent';
  if (/^\$(HOME|\{HOME\})\//.test(file)) return 'write ~/ for the home directory of the user who applies';
  if (!/^(\/|~\/)/.test(file)) {
    return 'a relative path would depend on the directory that Terraform runs in; give an absolute one or start with ~/';
  }
  // ssh_config expands % and ${...} in this path, and cannot express a quote or a line end.
  if (/[\u0000-\u001f\u007f"\\%$]/.test(file)) return 'use a path without %, $, ", \\ and control characters';
  return undefined;
}
