import type { Construct, IConstruct } from 'constructs';
import { LOGIN_FIELDS } from '../job/connection-fields';
import { jobValues } from '../job/field';
import { getOrCreate } from '../private/get-or-create';
import { resolvedData } from '../terraform/resolved-data';
import { literalAddress, type Reachable } from './address';
import { stackOf } from '../terraform/stack';
import { isToken } from '../terraform/token';
import { isInTree } from '../terraform/tree';
import { display } from '../validation/display';
import { type Problem, problemLine, refuse } from '../validation/problem';

/** Shared by two installed copies of this package; the number is that of its interface (evaluation.ts has the reason). */
const REGISTRY = Symbol.for('cdktf-nixos/deployments/2');

/** A machine, as far as it is told from others. */
interface Machine extends IConstruct, Reachable {
  readonly identity: string;
}

/** All deployments of an app: one machine has one. Two would take turns at replacing each other's system. */
export class DeploymentRegistry {
  static of(scope: IConstruct): DeploymentRegistry {
    const root = scope.node.root as { [REGISTRY]?: DeploymentRegistry };
    if (root[REGISTRY] === undefined) Object.defineProperty(root, REGISTRY, { value: new DeploymentRegistry() });
    return root[REGISTRY] as DeploymentRegistry;
  }

  private readonly machines = new Map<Construct, Machine>();
  private readonly identities = new Map<Machine, string>();

  private constructor() {}

  /**
   * Adds a deployment.
   *
   * @throws InputError when its machine has one already, as far as that is known while the program runs
   */
  add(deployment: Construct, machine: Machine): void {
    const found = [...this.machines].find(
      ([present, other]) => (other === machine || isSameLiteral(other, machine)) && isInTree(present),
    );
    if (found) refuse(deployment.node.path, 'machine.identity', duplicateProblem(machine, [found[0]]));
    refuse(deployment.node.path, 'machine.host', this.addressProblem(machine));
    this.machines.set(deployment, machine);
  }

  /** Two identities are one host when both are reached at the same address, the same way. */
  private addressProblem(machine: Machine): Problem | undefined {
    const address = literalAddress(machine);
    if (address === undefined) return undefined;
    const found = [...this.machines].find(([present, other]) => literalAddress(other) === address && isInTree(present));
    if (found === undefined) return undefined;
    const [deployment, other] = found;
    const here = `${display(machine.host)} (port ${jobValues(LOGIN_FIELDS, machine.ssh).port}) of ${machine.node.path}`;
    return {
      given: `${here} here and ${display(other.host)} of ${other.node.path} in ${deployment.node.path}`,
      expected: 'one deployment for each host',
      fix: 'remove one of the deployments; different hosts have different addresses, ports or jump hosts',
    };
  }

  /** Problems of identities that are expressions: the first deployment of a machine reports the others. */
  problems(deployment: Construct): string[] {
    const machine = this.machines.get(deployment);
    if (machine === undefined) return [];
    const same = [...this.machines].filter(([, other]) => this.identity(other) === this.identity(machine));
    const [first, ...others] = same.map(([other]) => other).filter(isInTree);
    if (first !== deployment || others.length === 0) return [];
    return [problemLine('machine.identity', duplicateProblem(machine, others))];
  }

  /** Some machine has more than one deployment. */
  get hasDuplicates(): boolean {
    const all = [...this.machines];
    // The tree is looked at only when there is something to find: this is called for each deployment.
    return this.hasRepeated(all) && this.hasRepeated(all.filter(([deployment]) => isInTree(deployment)));
  }

  private hasRepeated(machines: readonly (readonly [Construct, Machine])[]): boolean {
    return new Set(machines.map(([, machine]) => this.identity(machine))).size < machines.length;
  }

  /** Equal for equal machines: a reference gives another token each time, but the same expression. */
  private identity(machine: Machine): string {
    return getOrCreate(this.identities, machine, () => resolvedIdentity(machine));
  }
}

function isSameLiteral(one: Machine, other: Machine): boolean {
  return one.identity === other.identity && !isToken(one.identity);
}

function duplicateProblem(machine: Machine, others: readonly Construct[]): Problem {
  const shown = isToken(machine.identity) ? 'one Terraform expression' : display(machine.identity);
  return {
    given: `${shown} here and in ${others.map(({ node }) => node.path).join(', ')}`,
    expected: 'one deployment for each machine',
    fix: 'remove one, or, if they are different hosts, give the machines different identities',
  };
}

/** An expression means something within its stack only. */
function resolvedIdentity(machine: Machine): string {
  if (!isToken(machine.identity)) return machine.identity;
  return `${stackOf(machine).node.path} ${JSON.stringify(resolvedData(machine.identity, machine))}`;
}
