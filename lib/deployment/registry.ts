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

/** What a machine does that is not known to ssh before it has been logged in to once. */
interface FirstContact {
  /**
   * Where the module of its configuration reads user data: `cdktf-nixos.firstBoot.source`. Undefined for a machine that needs
   * no module.
   */
  readonly source: string | undefined;
  /** Called once, when the machine gets its deployment and before that reads how to log in to it. */
  readonly plan: () => void;
}

/** All deployments of an app: one machine has one. Two would take turns at replacing each other's system. */
export class DeploymentRegistry {
  static of(scope: IConstruct): DeploymentRegistry {
    const root = scope.node.root as { [REGISTRY]?: DeploymentRegistry };
    if (root[REGISTRY] === undefined) Object.defineProperty(root, REGISTRY, { value: new DeploymentRegistry() });
    return root[REGISTRY] as DeploymentRegistry;
  }

  private readonly machines = new Map<Construct, Machine>();
  /** The latest deployment of each machine, identity and address, as far as they are known while the program runs. */
  private readonly latest = new Map<Machine | string, Construct>();
  private readonly identities = new Map<Machine, string>();
  /** Of machines that only their deployment makes known: by the machine and by its identity, for a machine that wraps it. */
  private readonly firstContacts = new Map<Machine | string, FirstContact>();
  /** All deployments by the identity of their machine; undefined until it is needed. */
  private groups: ReadonlyMap<string, readonly Construct[]> | undefined;

  private constructor() {}

  /**
   * Adds a deployment.
   *
   * @throws InputError when its machine has one already, as far as that is known while the program runs
   */
  add(deployment: Construct, machine: Machine): void {
    const { path } = deployment.node;
    const identities = [machine, ...(isToken(machine.identity) ? [] : [`identity ${machine.identity}`])];
    const found = this.present(identities);
    if (found) refuse(path, 'machine.identity', duplicateProblem(machine, [found]));
    const address = literalAddress(machine);
    const addresses = address === undefined ? [] : [`address ${address}`];
    const there = this.present(addresses);
    if (there) refuse(path, 'machine.host', this.addressProblem(machine, there));
    for (const key of [...identities, ...addresses]) this.latest.set(key, deployment);
    this.machines.set(deployment, machine);
    this.groups = undefined;
    this.firstContactOf(machine)?.plan();
  }

  /** Says that a machine is contacted for the first time before its deployment, and only if it has one. */
  expectFirstContact(machine: Machine, contact: FirstContact): void {
    for (const key of [machine, machine.identity]) this.firstContacts.set(key, contact);
  }

  /** The first contact of a machine; undefined for one whose host keys are known anyway. */
  firstContactOf(machine: Machine): FirstContact | undefined {
    return this.firstContacts.get(machine) ?? this.firstContacts.get(machine.identity);
  }

  private present(keys: readonly (Machine | string)[]): Construct | undefined {
    return keys.map((key) => this.latest.get(key)).find((found) => found !== undefined && isInTree(found));
  }

  /** Two identities are one host when both are reached at the same address, the same way. */
  private addressProblem(machine: Machine, deployment: Construct): Problem {
    const other = this.machines.get(deployment) as Machine;
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
    const same = this.byIdentity().get(this.identity(machine)) ?? [];
    const [first, ...others] = same.length > 1 ? same.filter(isInTree) : [];
    if (first !== deployment || others.length === 0) return [];
    return [problemLine('machine.identity', duplicateProblem(machine, others))];
  }

  /** Some machine has more than one deployment. */
  get hasDuplicates(): boolean {
    const groups = this.byIdentity();
    // The tree is looked at only when there is something to find: this is called for each deployment.
    if (groups.size === this.machines.size) return false;
    return [...groups.values()].some((same) => same.length > 1 && same.filter(isInTree).length > 1);
  }

  private byIdentity(): ReadonlyMap<string, readonly Construct[]> {
    if (this.groups !== undefined) return this.groups;
    const groups = new Map<string, Construct[]>();
    for (const [deployment, machine] of this.machines) {
      getOrCreate(groups, this.identity(machine), () => []).push(deployment);
    }
    this.groups = groups;
    return groups;
  }

  /** Equal for equal machines: a reference gives another token each time, but the same expression. */
  private identity(machine: Machine): string {
    return getOrCreate(this.identities, machine, () => resolvedIdentity(machine));
  }
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
