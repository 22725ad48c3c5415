import { TerraformResource, TerraformStack } from 'cdktf';
import { getOrCreate } from '../private/get-or-create';
import { display } from '../validation/display';
import { problemLine } from '../validation/problem';

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** Paths of the resources of a stack by their address, collected when the first of them is validated. */
const addresses = new WeakMap<TerraformStack, Map<string, string[]>>();

/**
 * The problems with the name that cdktf makes of a construct's ids. It drops every character that Terraform does not
 * allow, so two ids may become one name, and cdktf would silently merge the two resources.
 */
export function resourceNameProblems(resource: TerraformResource): string[] {
  const name = resource.friendlyUniqueId;
  const given = `the Terraform name ${display(name)}`;
  if (!NAME.test(name)) {
    const expected = 'one that begins with a letter or an underscore';
    return [
      problemLine('id', {
        given,
        expected,
        fix: 'choose such an id, or nest the construct in one that has such an id',
      }),
    ];
  }
  const others = pathsOf(resource).filter((path) => path !== resource.node.path);
  if (others.length === 0) return [];
  const problem = {
    given: `${given} here and for ${others.map((path) => path.replace(/\/Default$/, '')).join(', ')}`,
    expected: 'a unique name',
    fix: 'choose ids that differ in their letters, digits, underscores and dashes: all other characters are dropped',
  };
  return [problemLine('id', problem)];
}

function pathsOf(resource: TerraformResource): string[] {
  const stack = TerraformStack.of(resource);
  return getOrCreate(addresses, stack, () => collected(stack)).get(addressOf(resource)) ?? [];
}

function collected(stack: TerraformStack): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  const resources = stack.node.findAll().filter(TerraformResource.isTerraformResource);
  for (const resource of resources.filter((one) => TerraformStack.of(one) === stack)) {
    getOrCreate(paths, addressOf(resource), () => []).push(resource.node.path);
  }
  return paths;
}

/** The resource's address in Terraform, within its stack: `null_resource.web-system`. */
export function addressOf(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}
