import { display } from './display';
import type { Problem } from './problem';

// Neither a control character nor a backslash, which a shell or Terraform could take for something else.
const SEGMENT = /^[^\u0000-\u001f\u007f\\]+$/;

/** The problem with the path of a file in the output of a derivation, relative to it, if there is one. */
export function fileInOutputProblem(file: unknown): Problem | undefined {
  const segments = typeof file === 'string' ? file.split('/') : [];
  if (segments.length > 0 && segments.every((one) => SEGMENT.test(one) && one !== '.' && one !== '..'))
    return undefined;
  return {
    given: display(file),
    expected: 'the path of a file in the output, relative to it: "iso/nixos.iso"',
    fix: 'leave out the store path, "." and ".."',
  };
}
