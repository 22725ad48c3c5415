import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { TerraformStack } from 'cdktf';
import { packageFile } from '../private/package-file';

/** What the command of a deployment needs beside the Terraform JSON. */
export const CLIENT_FILES = ['launch.sh', 'client.cjs', 'supervisor.sh', 'janitor.sh'];
const staged = new WeakSet<TerraformStack>();

/**
 * Puts the deploy client into the stack's folder of the synth output, under a name without a hash: a saved plan finds
 * it after a later synth, and an upgrade of this package changes no plan.
 */
export function stageClientFiles(stack: TerraformStack): void {
  if (staged.has(stack)) return;
  staged.add(stack);
  const { outdir } = stack.node.root as { readonly outdir?: string };
  const target = path.resolve(outdir ?? 'cdktf.out', 'stacks', stack.node.id, 'cdktf-nixos');
  mkdirSync(target, { recursive: true });
  const build = builtClient();
  for (const file of CLIENT_FILES) replaceFile(path.join(build, file), path.join(target, file));
}

/** One build gives all files: they belong together. A checkout whose source runs has been built as well. */
function builtClient(): string {
  const build = packageFile('dist', 'client');
  if (CLIENT_FILES.every((file) => existsSync(path.join(build, file)))) return build;
  throw new Error(
    'the deploy client is missing in the installed cdktf-nixos: install it again; in a clone run "npm run build"',
  );
}

/** At no moment is there half a file: an apply may be running. */
function replaceFile(source: string, target: string): void {
  const temporary = `${target}.${process.pid}`;
  copyFileSync(source, temporary);
  renameSync(temporary, target);
}
