import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { TerraformStack } from 'cdktf';

/** What the command of a deployment needs beside the Terraform JSON. */
const FILES = ['launch.sh', 'client.cjs', 'supervisor.sh', 'janitor.sh'];
/** The built package, and a checkout of it, where the client is bundled into dist. */
const SOURCES = [path.join(__dirname, '..', 'deploy'), path.join(__dirname, '..', '..', 'dist', 'deploy')];
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
  for (const file of FILES) replaceFile(packagedFile(file), path.join(target, file));
}

function packagedFile(file: string): string {
  const found = SOURCES.map((directory) => path.join(directory, file)).find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`cdktf-nixos is not complete: ${file} is missing; install it again`);
  return found;
}

/** At no moment is there half a file: an apply may be running. */
function replaceFile(source: string, target: string): void {
  const temporary = `${target}.${process.pid}`;
  copyFileSync(source, temporary);
  renameSync(temporary, target);
}
