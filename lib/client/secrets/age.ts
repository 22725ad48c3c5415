import { existsSync } from 'node:fs';
import { absolutePath } from './file';
import { outputOf } from './program';
import { Unreadable } from './unreadable';

/** The keys of ssh that age takes as identities, if the user names none. */
const DEFAULT_IDENTITIES = ['~/.ssh/id_ed25519', '~/.ssh/id_rsa'];

/** An age file, as the user's own age decrypts it. @throws Unreadable */
export async function readAge(file: string, identityFiles: readonly string[]): Promise<Buffer> {
  const identities = (identityFiles.length > 0 ? identityFiles : defaultIdentities()).map(absolutePath);
  const options = identities.flatMap((identity) => ['-i', identity]);
  return outputOf(['age', '--decrypt', ...options, absolutePath(file)], { install: INSTALL });
}

const INSTALL = 'install age on the machine that applies';

function defaultIdentities(): readonly string[] {
  const found = DEFAULT_IDENTITIES.filter((identity) => existsSync(absolutePath(identity)));
  if (found.length > 0) return found;
  throw new Unreadable({
    given: `no identity of age, and neither ${DEFAULT_IDENTITIES.join(' nor ')}`,
    expected: 'the file of an identity that can decrypt the secret',
    fix: 'name it: SecretSource.age(file, ["~/.config/age/key.txt"])',
  });
}
