import { absolutePath } from './file';
import { outputOf } from './program';

/** One entry of a sops file, as the user's own sops decrypts it. @throws Unreadable */
export function readSops(file: string, key: readonly string[]): Promise<Buffer> {
  // Names with quotes or brackets were refused at synth and with the job.
  const entry = key.map((name) => `["${name}"]`).join('');
  return outputOf(['sops', 'decrypt', '--extract', entry, absolutePath(file)], { install: INSTALL });
}

const INSTALL = 'install sops 3.9 or newer on the machine that applies';
