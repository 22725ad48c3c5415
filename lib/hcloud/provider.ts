import { TerraformProvider, TerraformStack } from 'cdktf';
import { problemLine } from '../validation/problem';
import { HcloudProvider } from './bindings/provider';

/** An id that no user's own provider has. */
const ID = 'cdktf-nixos-hcloud-provider';

/** Gives the stack the provider, unless it has one: a user's own may be set up in its own way. */
export function ensureHcloudProvider(stack: TerraformStack): void {
  if (stack.node.tryFindChild(ID) === undefined && providersOf(stack).length === 0) new HcloudProvider(stack, ID);
}

/** One line for each provider of the stack that keeps the token to itself: a job of the client needs it, too. */
export function tokenProblems(stack: TerraformStack): string[] {
  const withToken = providersOf(stack).filter((provider) => provider.tokenInput !== undefined);
  return withToken.map(({ node }) =>
    problemLine('HCLOUD_TOKEN', {
      given: `a token that only the provider ${node.path} has`,
      expected: 'a token in the environment of terraform, for the client, too',
      fix: `run terraform with HCLOUD_TOKEN, and remove \`token\` from ${node.path}`,
    }),
  );
}

function providersOf(stack: TerraformStack): HcloudProvider[] {
  return stack.node
    .findAll()
    .filter(TerraformProvider.isTerraformProvider)
    .filter((provider): provider is HcloudProvider => provider.terraformResourceType === 'hcloud')
    .filter((provider) => TerraformStack.of(provider) === stack);
}
