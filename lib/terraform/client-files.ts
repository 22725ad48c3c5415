import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { TerraformStack } from 'cdktf';

/** What the command of a deployment needs beside the Terraform JSON. */
export const CLIENT_FILES = ['launch.sh', 'client.cjs', 'supervisor.sh', 'janitor.sh'];
/** The built package, or the build of a checkout whose source runs. One build gives all files: they belong together. */
const BUILDS = [path.join(__dirname, '..', 'client'), path.join(__dirname, '..', '..', 'dist', 'client')];
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
  const build = completeBuild();
  for (const file of CLIENT_FILES) replaceFile(path.join(build, file), path.join(target, file));
}

function completeBuild(): string {
  const found = BUILDS.find((build) => CLIENT_FILES.every((file) => existsSync(path.join(build, file))));
  if (found !== undefined) return found;
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
