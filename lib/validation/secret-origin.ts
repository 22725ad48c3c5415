import { display, displayKind, holdsPrivateKey } from './display';
import { instanceProblem } from './options';
import type { Problem } from './problem';

// What is refused here may be the secret itself: no message repeats it.

/** The problem with a value in the place of a source, if there is one. */
export function sourceProblem(source: unknown, fix: string): Problem | undefined {
  const problem = instanceProblem(source, '_origin', 'a SecretSource', fix);
  return problem && { ...problem, given: displayKind(source) };
}

/** The problem with the command line of a program, if there is one. */
export function argvProblem(argv: unknown): Problem | undefined {
  const given = displayKind(argv);
  const expected = 'a program and its arguments as a list of strings';
  if (typeof argv === 'string') return { given, expected, fix: 'write ["sh", "-c", "..."] for a shell' };
  if (!Array.isArray(argv)) return { given, expected, fix: 'write ["pass", "api/token"]' };
  const wrong = argv.findIndex((word) => typeof word !== 'string' || word.includes('\0'));
  if (wrong >= 0) {
    return {
      given: `${displayKind(argv[wrong])} as element ${wrong}`,
      expected,
      fix: 'give each argument as a string',
    };
  }
  if (argv.length > 0 && argv[0] !== '') return undefined;
  return { given, expected, fix: 'name the program first' };
}

/** The problem with the name of an environment variable, if there is one. */
export function environmentNameProblem(name: unknown): Problem | undefined {
  const fix = 'give the name of the variable, without $, and not its value';
  if (typeof name === 'string' && /^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) return undefined;
  return { given: displayKind(name), expected: 'the name of an environment variable', fix };
}

/** The problem with the value of a variable in the place of its name, if it is one: it would be in the synthesized JSON. */
export function environmentValueProblem(name: string, environment: NodeJS.ProcessEnv): Problem | undefined {
  if (environment[name] !== undefined) return undefined;
  const [meant] = Object.entries(environment).find(([, value]) => value === name) ?? [];
  if (meant === undefined) return undefined;
  const fix = `write SecretSource.environment("${meant}")`;
  return { given: `the value of the variable ${meant} (not shown)`, expected: 'the name of a variable', fix };
}

/** The problem with the name of an entry in a sops file, or with the names on the way to it, if there is one. */
export function sopsKeyProblem(key: unknown): Problem | undefined {
  const names: readonly unknown[] = Array.isArray(key) ? key : [key];
  const fits = names.length > 0 && names.every(isName);
  if (fits) return undefined;
  return {
    given: Array.isArray(key) && key.length > 0 ? display(names.find((name) => !isName(name))) : display(key),
    expected: 'the name of an entry, or the names on the way to it, without quotes, brackets and control characters',
    fix: 'write "token", or ["database", "password"]',
  };
}

// sops takes the path as ["a"]["b"].
const NAME = /^[^"\\[\]\u0000-\u001f\u007f]+$/;

function isName(name: unknown): boolean {
  return typeof name === 'string' && NAME.test(name);
}

/** The problem with the path of a file that holds a secret, if there is one. */
export function secretFileProblem(file: unknown): Problem | undefined {
  const expected = 'the path of a file: absolute, from ~/, or relative to the folder of cdktf.json';
  if (typeof file !== 'string' || file === '' || file.includes('\0')) {
    return { given: displayKind(file), expected, fix: 'give it as a string' };
  }
  if (!holdsPrivateKey(file) && !file.includes('\n')) return undefined;
  return { given: 'a text that is no path (not shown)', expected, fix: 'give the file, not what is in it' };
}
