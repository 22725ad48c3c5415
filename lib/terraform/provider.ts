import { NullProvider } from '@cdktf/provider-null/lib/provider';
import { TerraformProvider, TerraformStack } from 'cdktf';

/** An id that no user's own provider has. */
const ID = 'cdktf-nixos-null-provider';

/** Gives the stack the provider of `null_resource`, unless it has one: a user's own may be set up in its own way. */
export function ensureNullProvider(stack: TerraformStack): void {
  if (!hasNullProvider(stack)) new NullProvider(stack, ID);
}

function hasNullProvider(stack: TerraformStack): boolean {
  if (stack.node.tryFindChild(ID) !== undefined) return true;
  return stack.node
    .findAll()
    .filter(TerraformProvider.isTerraformProvider)
    .some((provider) => provider.terraformResourceType === 'null' && TerraformStack.of(provider) === stack);
}
