import { existsSync } from 'node:fs';
import path from 'node:path';
import { CLIENT_FILES } from '../../../lib/terraform/client-files';

/** Names a folder with other client files than the built ones; the mutation proof puts mutants there. */
const CLIENT_FILES_VARIABLE = 'CDKTF_NIXOS_CLIENT_FILES';

/** The folder that holds the client files under test. */
export function clientFilesDirectory(): string {
  const given = process.env[CLIENT_FILES_VARIABLE];
  const directory = given ?? path.join(__dirname, '..', '..', '..', 'dist', 'client');
  const missing = CLIENT_FILES.filter((file) => !existsSync(path.join(directory, file)));
  if (missing.length > 0) {
    const fix = given === undefined ? 'run npm run build' : `correct ${CLIENT_FILES_VARIABLE}`;
    throw new Error(`${directory} has no ${missing.join(', ')}: ${fix}`);
  }
  return directory;
}
