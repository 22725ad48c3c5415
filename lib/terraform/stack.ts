import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

/** The stack that a construct belongs to. */
export function stackOf(construct: IConstruct): TerraformStack {
  return TerraformStack.of(construct);
}
