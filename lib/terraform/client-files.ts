import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { TerraformStack } from 'cdktf';
import { jobBundleFile, jobKindProblem } from '../job/kind';
import { getOrCreate } from '../private/get-or-create';
import { packageFile } from '../private/package-file';
import { replaceFile } from '../private/replace-file';
import { refuse } from '../validation/problem';
import { stackDirectory } from './output-directory';

/** The files beside the Terraform JSON that the command of every client resource needs. */
export const CLIENT_FILES = ['launch.sh', 'client.cjs', 'supervisor.sh', 'janitor.sh'];

/** A kind of job that the client itself does not have, in a bundle of its own. */
export interface JobBundle {
  /** As the jobs name it. */
  readonly kind: string;
  /**
   * The built bundle, which exports the kind as `jobKind`.
   * @default - the bundle of this kind in this package
   */
  readonly file?: string;
}

/** The files that each stack has already, by their names. */
const staged = new WeakMap<TerraformStack, Set<string>>();

/**
 * Puts the deploy client into the stack's folder of the synth output, under names without a hash: a saved plan finds
 * it after a later synth, and an upgrade of this package changes no plan.
 *
 * @param bundles the kinds of jobs with a bundle of their own that the stack uses; other stacks do not get them
 */
export function stageClientFiles(stack: TerraformStack, bundles: readonly JobBundle[] = []): void {
  for (const { kind } of bundles) refuse(stack.node.path, 'kind', jobKindProblem(kind));
  const done = getOrCreate(staged, stack, () => new Set());
  const missing = sources(bundles).filter(({ name }) => !done.has(name));
  if (missing.length === 0) return;
  const target = path.join(stackDirectory(stack), 'cdktf-nixos');
  mkdirSync(target, { recursive: true });
  for (const { name, file } of missing) {
    // An apply may be reading the old one.
    replaceFile(path.join(target, name), (temporary) => copyFileSync(file, temporary));
    done.add(name);
  }
}

function sources(bundles: readonly JobBundle[]): { readonly name: string; readonly file: string }[] {
  const build = builtClient();
  return [
    ...CLIENT_FILES.map((name) => ({ name, file: path.join(build, name) })),
    ...bundles.map(({ kind, file }) => {
      const name = jobBundleFile(kind);
      return { name, file: file ?? path.join(build, name) };
    }),
  ];
}

/** One build gives all files: they belong together. A checkout whose source runs has been built as well. */
function builtClient(): string {
  const build = packageFile('dist', 'client');
  if (CLIENT_FILES.every((file) => existsSync(path.join(build, file)))) return build;
  throw new Error(
    'the deploy client is missing in the installed cdktf-nixos: install it again; in a clone run "npm run build"',
  );
}
