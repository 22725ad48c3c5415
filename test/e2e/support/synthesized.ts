import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Deployer } from './deployer';

/** A stack's Terraform JSON, as text. */
export function stackText(deployer: Deployer, stack: string): Promise<string> {
  return readFile(path.join(deployer.stackDirectory(stack), 'cdk.tf.json'), 'utf8');
}

/** The toplevel that a stack's JSON names for a machine. */
export async function synthesizedToplevel(deployer: Deployer, stack: string, name: string): Promise<string> {
  return JSON.parse(await stackText(deployer, stack)).resource.null_resource[name].triggers.toplevel;
}

/**
 * Addresses of the resources that a plan's text would replace, create, change or destroy. The cdktf CLI adds the
 * construct's path to an address.
 */
export function plannedResources(output: string): string[] {
  const matches = output.matchAll(/# (\S+)(?: \([^)]*\))? (?:must be|will be|is tainted, so must be) /g);
  return [...matches].map((match) => match[1]).sort();
}
