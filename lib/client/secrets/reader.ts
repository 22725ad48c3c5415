import type { SecretOrigin } from '../../job/secret-fields';
import { readAge } from './age';
import { readCommand } from './command';
import { readEnvironment } from './environment';
import { readFile } from './file';
import { readSops } from './sops';
import { MAX_BYTES, SIZE, Unreadable } from './unreadable';

/** Reads what has this origin. @throws Unreadable when there is no secret to be had, or nothing in it */
export async function readSecret(origin: SecretOrigin, environment: NodeJS.ProcessEnv): Promise<Buffer> {
  const content = await read(origin, environment);
  const flaw = flawOf(content);
  if (flaw === undefined) return content;
  const given = `${SUBJECTS[origin.kind]}, which ${flaw}`;
  throw new Unreadable({ given, expected: `a secret of ${SIZE}`, fix: 'see where it comes from' });
}

/** The origin is one of the user's programs, which may ask for something that only one of them can have at a time. */
export function isProgram({ kind }: SecretOrigin): boolean {
  return kind === 'command' || kind === 'sops' || kind === 'age';
}

async function read(origin: SecretOrigin, environment: NodeJS.ProcessEnv): Promise<Buffer> {
  switch (origin.kind) {
    case 'file':
      return readFile(origin.file);
    case 'command':
      return readCommand(origin.argv);
    case 'environment':
      return readEnvironment(origin.name, environment);
    case 'terraform':
      return Buffer.from(origin.value);
    case 'sops':
      return readSops(origin.file, origin.key);
    case 'age':
      return readAge(origin.file, origin.identityFiles);
  }
}

function flawOf(content: Buffer): string | undefined {
  if (content.length > MAX_BYTES) return `has ${content.length} bytes`;
  if (content.length === 0) return 'is empty';
  return /^\s+$/.test(content.toString('latin1')) ? 'is only white space' : undefined;
}

const SUBJECTS: { readonly [kind in SecretOrigin['kind']]: string } = {
  file: 'the file',
  command: 'the output of the command',
  environment: 'the variable',
  terraform: 'the value of Terraform',
  sops: 'the entry of the file',
  age: 'the decrypted file',
};
