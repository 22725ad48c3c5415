import type { SecretOrigin } from './job/secret-fields';
import { isToken } from './terraform/token';
import { displayKind } from './validation/display';
import {
  argvProblem,
  environmentNameProblem,
  environmentValueProblem,
  secretFileProblem,
  sopsKeyProblem,
} from './validation/secret-origin';
import { type Problem, refuse } from './validation/problem';

/**
 * Where a secret is read: at apply only, on the machine that applies, and only for a host that is really deployed to.
 * Relative paths are relative to the folder of cdktf.json. The programs get the environment of the user who applies.
 *
 * @example
 *
 * new NixosDeployment(stack, 'web-system', {
 *   machine,
 *   configuration,
 *   secrets: { token: { source: SecretSource.command(['pass', 'api/token']), version: '2026-11' } },
 * });
 */
export class SecretSource {
  /**
   * A file, byte for byte.
   *
   * @param file its path: absolute, from `~/`, or relative to the folder of cdktf.json
   * @throws InputError when it is not a path
   */
  static file(file: string): SecretSource {
    refuse('SecretSource.file', 'file', fileProblem(file));
    return new SecretSource({ kind: 'file', file });
  }

  /**
   * What a program prints, minus one trailing newline. No shell is in between. It runs in the folder of the stack,
   * without input and terminal: it cannot ask for a passphrase.
   *
   * @param argv the program and its arguments
   * @throws InputError when it is not a list of strings, or empty
   */
  static command(argv: string[]): SecretSource {
    refuse('SecretSource.command', 'argv', argvProblem(argv));
    return new SecretSource({ kind: 'command', argv: [...argv] });
  }

  /**
   * A variable of the environment of the apply, minus one trailing newline.
   *
   * @throws InputError when it is not the name of a variable, or the value of one
   */
  static environment(name: string): SecretSource {
    refuse('SecretSource.environment', 'name', environmentNameProblem(name));
    refuse('SecretSource.environment', 'name', environmentValueProblem(name, process.env));
    return new SecretSource({ kind: 'environment', name });
  }

  /**
   * An ephemeral value of Terraform (1.10 or newer) or OpenTofu (1.11 or newer): of an ephemeral resource or variable. Any
   * other value would be in the state or the plan, and is refused. Terraform then hides the whole output of the deployment,
   * so the deployment also writes it to a file and prints its path.
   *
   * @param value a token of a string
   * @throws InputError when it is not a token
   */
  static terraform(value: string): SecretSource {
    refuse('SecretSource.terraform', 'value', literalProblem(value));
    return new SecretSource({ kind: 'terraform', value });
  }

  /**
   * One entry of a file that sops encrypted (YAML, JSON, dotenv), decrypted at apply by the user's own sops. The secret is
   * deployed again when its own ciphertext changes; another entry of the file changes nothing.
   *
   * @param file as for `file`
   * @param key the name of the entry, or the names on the way to it
   * @throws InputError when an argument is not valid
   */
  static sops(file: string, key: string | string[]): SecretSource {
    refuse('SecretSource.sops', 'file', fileProblem(file));
    refuse('SecretSource.sops', 'key', sopsKeyProblem(key));
    return new SecretSource({ kind: 'sops', file, key: typeof key === 'string' ? [key] : [...key] });
  }

  /**
   * A file that age encrypted, decrypted at apply by the user's own age, byte for byte. The secret is deployed again when
   * the file changes.
   *
   * @param file as for `file`
   * @param identityFiles the files of the identities that can decrypt it, as for `file`. Default: those of `~/.ssh/id_ed25519`
   *   and `~/.ssh/id_rsa` that exist
   * @throws InputError when an argument is not valid
   */
  static age(file: string, identityFiles: string[] = []): SecretSource {
    refuse('SecretSource.age', 'file', fileProblem(file));
    identityFiles.forEach((identity, i) => refuse('SecretSource.age', `identityFiles[${i}]`, fileProblem(identity)));
    return new SecretSource({ kind: 'age', file, identityFiles: [...identityFiles] });
  }

  private constructor(
    /** @internal */
    readonly _origin: SecretOrigin,
  ) {}
}

/** The job says at synth where a secret is read. */
function fileProblem(file: unknown): Problem | undefined {
  if (!isToken(file)) return secretFileProblem(file);
  return { ...(secretFileProblem(undefined) as Problem), given: 'a Terraform token', fix: 'write the path down' };
}

function literalProblem(value: unknown): Problem | undefined {
  if (isToken(value)) return undefined;
  return {
    given: typeof value === 'string' ? 'a literal (not shown)' : displayKind(value),
    expected: 'a token of an ephemeral resource or variable',
    fix: 'a literal would be in the synthesized JSON: use SecretSource.file, .command or .environment',
  };
}
