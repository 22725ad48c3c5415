import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execaSync } from 'execa';

/** The programs of Nix, any of which may evaluate. */
const PROGRAMS = ['nix', 'nix-instantiate', 'nix-build', 'nix-env', 'nix-store'];

/** A folder for the front of PATH whose programs note how they were called and become the real ones. */
export class CountingWrapper {
  static async create(folder: string): Promise<CountingWrapper> {
    await mkdir(folder, { recursive: true });
    const log = path.join(folder, 'calls');
    await writeFile(log, '');
    for (const program of PROGRAMS) {
      const real = execaSync('which', [program]).stdout;
      const script = `#!/bin/sh\nprintf '%s\\n' "${program} $*" | head -c 300 | head -n 1 >>'${log}'\nexec '${real}' "$@"\n`;
      await writeFile(path.join(folder, program), script);
      await chmod(path.join(folder, program), 0o755);
    }
    return new CountingWrapper(folder, log);
  }

  private constructor(
    readonly folder: string,
    private readonly log: string,
  ) {}

  /** One line per started process: the program and its arguments. */
  async calls(): Promise<string[]> {
    return (await readFile(this.log, 'utf8')).split('\n').filter((line) => line !== '');
  }
}
