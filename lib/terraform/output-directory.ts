import path from 'node:path';
import { App } from 'cdktf';
import type { IConstruct } from 'constructs';
import { stackOf } from './stack';

/** Where the synth of a tree writes, absolute. */
export function outputDirectory({ node: { root } }: IConstruct): string {
  return path.resolve(App.isApp(root) ? root.outdir : 'cdktf.out');
}

/** The folder of a construct's stack, where Terraform runs, absolute. */
export function stackDirectory(construct: IConstruct): string {
  return path.join(outputDirectory(construct), 'stacks', stackOf(construct).node.id);
}
