import type { IConstruct } from 'constructs';
import { refuse } from '../validation/problem';

/**
 * Refuses a synth that writes HCL. CDK for Terraform writes a text there as an object when it looks like JSON, and puts a
 * text with an expression between quotes without escaping it: a job is both, and Terraform could not read it.
 *
 * @throws InputError in the name of the construct
 */
export function refuseHclOutput({ node }: IConstruct): void {
  const { hclOutput } = node.root as { readonly hclOutput?: boolean };
  // The App reads "true" alone; the part of CDK for Terraform that writes the stacks takes "1", too.
  if (hclOutput !== true && !['true', '1'].includes(process.env.SYNTH_HCL_OUTPUT ?? '')) return;
  refuse(node.path, 'output', {
    given: 'HCL (cdktf synth --hcl, SYNTH_HCL_OUTPUT or hclOutput of the App)',
    expected: "Terraform's JSON syntax, because CDK for Terraform writes JSON text wrongly into HCL",
    fix: 'synthesize without it: Terraform reads cdk.tf.json as well',
  });
}
