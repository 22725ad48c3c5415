import type { IResolvable, IResolveContext, ITerraformDependable } from 'cdktf';
import { Lazy, TerraformDataSource, TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { display } from '../validation/display';
import type { Problem } from '../validation/problem';
import { problemLine } from '../validation/problem';
import { isToken } from './token';

/** Dependencies that may live in other stacks: for those, the stacks are ordered instead. */
export interface Needed {
  /** Where it was given, for messages: `machine.dependencies`. */
  readonly field: string;
  readonly dependables: readonly ITerraformDependable[];
}

/**
 * What a construct waits for: the dependables that it was given, and what `node.addDependency` adds to it or to the
 * constructs around it. Terraform would silently drop a plain construct, so everything in it is listed.
 */
export class ResourceOrder {
  private readonly needed: readonly ITerraformDependable[];

  /**
   * @param declared what the user gave as `dependsOn`
   * @param neededField dependencies that may live in other stacks
   */
  constructor(
    private readonly owner: Construct,
    private readonly declared: readonly ITerraformDependable[] = [],
    private readonly neededField: Needed = { field: 'dependencies', dependables: [] },
  ) {
    this.needed = neededInStack(owner, neededField.dependables);
  }

  /** The addresses for `depends_on`. */
  addresses(): IResolvable {
    return Lazy.anyValue({ produce: (context) => this.resolve(context) });
  }

  /** One line for each order that cannot be kept. */
  problems(): string[] {
    const declared = this.declared.map((dependable, i) => line(`dependsOn[${i}]`, this.dependableProblem(dependable)));
    const added = this.added().map((root) => line('node.addDependency', this.constructProblem(root)));
    const needed = this.needed.map((dependable) => line(this.neededField.field, this.dependableProblem(dependable)));
    return [...declared, ...added, ...needed].flat();
  }

  /** It waits for something. */
  get waits(): boolean {
    return this.all().length > 0;
  }

  private resolve(context: IResolveContext): string[] | undefined {
    const addresses = this.all().map(({ fqn }) => address(context, fqn));
    return addresses.length === 0 ? undefined : [...new Set(addresses)];
  }

  private all(): ITerraformDependable[] {
    const all = [...this.needed, ...this.declared, ...this.added().flatMap(dependablesIn)];
    const own = new Set(dependablesIn(this.owner).map(({ fqn }) => fqn));
    // What has no address is reported as a problem, after this was asked for the first time.
    return all.filter(hasAddress).filter(({ fqn }) => !own.has(fqn));
  }

  /** The dependencies of the construct and of all around it, up to the stack. */
  private added(): IConstruct[] {
    const scopes = this.owner.node.scopes;
    const inStack = scopes.slice(scopes.indexOf(TerraformStack.of(this.owner)));
    return inStack.flatMap((scope) => scope.node.dependencies);
  }

  private dependableProblem(dependable: unknown): Problem | undefined {
    const isConstruct = Construct.isConstruct(dependable);
    if (!hasAddress(dependable)) {
      const given = isToken(dependable) ? 'a Terraform token' : display(dependable);
      return {
        given: isConstruct ? `the construct ${dependable.node.path}` : given,
        expected: 'a resource, data source, module or deployment (with fqn)',
        fix: isConstruct ? 'give the resources in it, or use node.addDependency' : 'give the resource itself',
      };
    }
    return isConstruct ? this.constructProblem(dependable) : undefined;
  }

  private constructProblem(construct: IConstruct): Problem | undefined {
    const own = TerraformStack.of(this.owner);
    const other = construct.node.scopes.find(TerraformStack.isStack);
    const given = construct.node.path === '' ? 'the app' : `the construct ${construct.node.path}`;
    if (this.owner.node.scopes.includes(construct)) {
      return {
        given,
        expected: 'a construct that does not contain this one',
        fix: 'remove it: nothing can wait for itself',
      };
    }
    if (other === own) return undefined;
    const wanted = other === undefined ? 'other one' : `stack ${other.node.id}`;
    return {
      given: `${given} of another stack`,
      expected: `something in the stack ${own.node.id}`,
      fix: `Terraform orders within a stack; let the stack ${own.node.id} depend on the ${wanted} (addDependency)`,
    };
  }
}

/**
 * The dependencies in the owner's stack. The owner's stack comes after the stacks of the others, as cdktf orders stacks
 * for a reference from one to the other.
 */
function neededInStack(owner: Construct, needed: readonly ITerraformDependable[]): ITerraformDependable[] {
  const own = TerraformStack.of(owner);
  return needed.filter((dependable) => {
    const stack = Construct.isConstruct(dependable) ? TerraformStack.of(dependable) : own;
    if (stack !== own) own.addDependency(stack);
    return stack === own;
  });
}

function line(field: string, problem: Problem | undefined): string[] {
  return problem === undefined ? [] : [problemLine(field, problem)];
}

function hasAddress(dependable: unknown): dependable is ITerraformDependable {
  return typeof (dependable as Partial<ITerraformDependable> | null | undefined)?.fqn === 'string';
}

/** Everything in the construct that `depends_on` may name. */
function dependablesIn(root: IConstruct): ITerraformDependable[] {
  return root.node
    .findAll()
    .filter(
      (construct): construct is IConstruct & ITerraformDependable =>
        TerraformResource.isTerraformResource(construct) ||
        TerraformDataSource.isTerraformDataSource(construct) ||
        isModule(construct),
    );
}

/** cdktf has no test for modules; only they have outputs to refer to. */
function isModule(construct: IConstruct): boolean {
  return TerraformElement.isTerraformElement(construct) && 'interpolationForOutput' in construct;
}

function address(context: IResolveContext, fqn: string): string {
  context.suppressBraces = true;
  return context.resolve(fqn);
}
