import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Deployer } from '../../../lab/deployer/deployer';

/** A stack's Terraform JSON, as text. */
export function stackText(deployer: Deployer, stack: string): Promise<string> {
  return readFile(path.join(deployer.stackDirectory(stack), 'cdk.tf.json'), 'utf8');
}

/** The toplevel that a stack's JSON names for a machine. */
export async function synthesizedToplevel(deployer: Deployer, stack: string, name: string): Promise<string> {
  return JSON.parse(await stackText(deployer, stack)).resource.null_resource[name].triggers.toplevel;
}
