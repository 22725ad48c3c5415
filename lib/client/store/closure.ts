import { nixStore, ProcessError } from '../../private/process';

/** Arguments of one process: the kernel takes 2 MB, a store path has at most 255 characters. */
const PATHS_PER_CALL = 2000;

/** A store path with all that it needs, in the local store. */
export class Closure {
  /** Asks the local store; the toplevel must be valid there. */
  static async of(toplevel: string): Promise<Closure> {
    return new Closure(toplevel, await query(['--requisites'], [toplevel]));
  }

  private constructor(
    readonly toplevel: string,
    /** Each path after those that it refers to. */
    readonly paths: readonly string[],
  ) {}

  /** The given paths of this closure, in its order. */
  subset(paths: readonly string[]): string[] {
    const wanted = new Set(paths);
    return this.paths.filter((storePath) => wanted.has(storePath));
  }
}

/** Sum of the sizes of the paths as archives, in bytes. */
export async function narBytes(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(chunks(paths).map((chunk) => query(['--size'], chunk)));
  return sizes.flat().reduce((sum, size) => sum + Number(size), 0);
}

/** Parts that fit into the arguments of one process each, in order. */
export function chunks(paths: readonly string[]): string[][] {
  const count = Math.ceil(paths.length / PATHS_PER_CALL);
  return Array.from({ length: count }, (_, i) => paths.slice(i * PATHS_PER_CALL, (i + 1) * PATHS_PER_CALL));
}

async function query(options: readonly string[], paths: readonly string[]): Promise<string[]> {
  const args = ['--query', ...options, ...paths];
  const result = await nixStore.capture(args);
  if (result.exitCode === 0) return result.stdout.split('\n').filter((line) => line !== '');
  throw new ProcessError(`nix-store --query failed: ${result.stderr}`, 'nix-store', result);
}
