import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

/** The stack of a construct, for rooms that may not import cdktf. */
export function stackOf(construct: IConstruct): TerraformStack {
  return TerraformStack.of(construct);
}
