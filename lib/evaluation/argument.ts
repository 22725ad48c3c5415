import { display } from '../validation/display';
import { InputError, type Problem } from '../validation/problem';
import { isToken } from '../private/terraform-token';

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
