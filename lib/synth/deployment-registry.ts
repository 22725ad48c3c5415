import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import type { INixosMachine } from '../nixos-machine';
import { isToken } from '../private/terraform-token';
import { display } from '../validation/display';
import { problemLine } from '../validation/problem';

/** On the root and by a global symbol: two installed copies of this package share it. */
const REGISTRY = Symbol.for('cdktf-nixos/deployments');

/** All deployments of an app: one machine has one. Two would take turns in replacing each other's system. */
export class DeploymentRegistry {
  static of(scope: IConstruct): DeploymentRegistry {
    const root = scope.node.root as { [REGISTRY]?: DeploymentRegistry };
    if (root[REGISTRY] === undefined) Object.defineProperty(root, REGISTRY, { value: new DeploymentRegistry() });
    return root[REGISTRY] as DeploymentRegistry;
  }

  private readonly machines = new Map<Construct, INixosMachine>();
  private readonly identities = new Map<INixosMachine, string>();

  private constructor() {}

  add(deployment: Construct, machine: INixosMachine): void {
    this.machines.set(deployment, machine);
  }

  /** What the first of several deployments of one machine says about the others. */
  problems(deployment: Construct): string[] {
    const machine = this.machines.get(deployment);
    if (machine === undefined) return [];
    const same = [...this.machines].filter(([, other]) => this.identity(other) === this.identity(machine));
    const [[first], ...others] = same;
    if (first !== deployment || others.length === 0) return [];
    const shown = isToken(machine.identity) ? 'one Terraform expression' : display(machine.identity);
    const problem = {
      given: `${shown} here and in ${others.map(([other]) => other.node.path).join(', ')}`,
      expected: 'one deployment for each machine',
      fix: 'remove one, or give the machines different identities',
    };
    return [problemLine('machine.identity', problem)];
  }

  /** Equal for equal machines: a reference gives another token each time, but the same expression. */
  private identity(machine: INixosMachine): string {
    const known = this.identities.get(machine) ?? resolvedIdentity(machine);
    this.identities.set(machine, known);
    return known;
  }
}

function resolvedIdentity(machine: INixosMachine): string {
  if (!isToken(machine.identity)) return machine.identity;
  const resolver = new DefaultTokenResolver(new StringConcat());
  const resolved = Tokenization.resolve(machine.identity, { scope: machine, resolver, preparing: false });
  return `${TerraformStack.of(machine).node.path} ${JSON.stringify(resolved)}`;
}
