import { TerraformElement, TerraformLocal, type TerraformResource, type TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { problemLine, type Problem } from '../validation/problem';
import { TerraformEphemeralTest, TerraformText } from './json';
import { resolvedData } from './resolved-data';
import { stackOf } from './stack';

/** A value that has to be ephemeral: Terraform keeps any other one in its state or in a saved plan. */
export interface EphemeralValue {
  /** Where it was given, for messages. */
  readonly field: string;
  readonly value: string;
}

/** The first Terraform with ephemeral values. OpenTofu has them since 1.11; an older one does not know the function that is called. */
const REQUIRED_VERSION = '>= 1.10.0';
/** The id of the element that requires it. */
const ID = 'cdktf-nixos-required-version';

/**
 * The ephemeral values in a job. Only Terraform knows what is ephemeral: it refuses the plan of a stack where another value
 * stands, or, if it learns the value at apply, the resource before its job runs.
 */
export class EphemeralValues {
  private readonly preconditions: readonly Precondition[];

  constructor(
    private readonly owner: Construct,
    private readonly resource: TerraformResource,
    private readonly values: readonly EphemeralValue[],
  ) {
    this.preconditions = values.map((value) => this.precondition(value));
    if (values.length === 0) return;
    resource.lifecycle = { ...resource.lifecycle, precondition: [...this.preconditions] };
    requireVersion(stackOf(owner));
  }

  get isEmpty(): boolean {
    return this.values.length === 0;
  }

  /** One line for each value that cannot be ephemeral, and one if the test was lost. */
  problems(): string[] {
    const { precondition = [] } = this.resource.lifecycle ?? {};
    const lost = this.preconditions.some((own) => !precondition.includes(own));
    const inState = this.values.filter(({ value }) => !mayBeEphemeral(resolvedData(value, this.owner)));
    return [
      ...inState.map(({ field }) => problemLine(field, NOT_EPHEMERAL)),
      ...(lost ? [problemLine('lifecycle', LOST)] : []),
    ];
  }

  private precondition({ field, value }: EphemeralValue): Precondition {
    // By way of a local: in an error Terraform shows the values of what a condition itself names.
    const local = new TerraformLocal(this.owner, `${field}-is-ephemeral`, new TerraformEphemeralTest(value));
    const message = `[${this.owner.node.path}] ${problemLine(field, NOT_EPHEMERAL)}`;
    return { condition: local.expression, errorMessage: new TerraformText(message).toString() };
  }
}

interface Precondition {
  readonly condition: unknown;
  readonly errorMessage: string;
}

const NOT_EPHEMERAL: Problem = {
  given: 'a value that is not ephemeral',
  expected:
    'an ephemeral variable, or an attribute of an ephemeral resource: any other value is in the state or the plan',
  fix: 'declare the variable with ephemeral = true, or use another source',
};

const LOST: Problem = {
  given: 'another lifecycle, without the test that the secrets are ephemeral',
  expected: 'its preconditions',
  fix: 'add to the lifecycle of the resource instead of replacing it',
};

/** By what an expression refers to. A local may hold an ephemeral value, and so may an output of a module. */
function mayBeEphemeral(resolved: unknown): boolean {
  const { expression } = resolved as { readonly expression?: string };
  return expression === undefined || /(?<![\w.-])(ephemeral|var|local|module)\./.test(expression);
}

/** A stack with ephemeral values needs a Terraform that knows them: the words of an older one would not help. */
function requireVersion(stack: TerraformStack): void {
  if (stack.node.tryFindChild(ID) === undefined) new RequiredVersion(stack, ID);
}

class RequiredVersion extends TerraformElement {
  override toTerraform(): object {
    return { terraform: { required_version: REQUIRED_VERSION } };
  }
}
