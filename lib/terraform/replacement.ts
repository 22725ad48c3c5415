import type { LocalExecProvisioner, TerraformResource } from 'cdktf';
import { Fn, Lazy, propertyAccess, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { Problem } from '../validation/problem';
import { TerraformSet } from './json';
import { MAIN, type ResourceType } from './resource-type';

/** What the work of a resource leaves behind outside of Terraform, and how it is removed. */
export interface LeftBehind {
  /** The trigger that names it: another value is another thing. Must be known at plan. */
  readonly trigger: string;
  /**
   * The job that removes it, of the same kind as the work. At destroy Terraform knows only the resource: everything but
   * its triggers has to be a literal.
   *
   * @param trigger returns a trigger of the resource that is destroyed, by name
   */
  readonly removal: (trigger: (name: string) => string) => object;
}

/** The resource that does the work. */
interface Work {
  readonly resource: TerraformResource;
  readonly triggers: { readonly [name: string]: string };
}

/** How an order differs from the usual one. */
interface Rules {
  readonly createsFirst?: boolean;
  readonly leftBehind?: LeftBehind;
  /** The work of a resource that does nothing else. */
  readonly removal?: (id: string) => object;
}

/** The order in which Terraform replaces a resource, and what that means for what its work left behind. */
export class Replacement {
  /**
   * The old resource is destroyed first, and destroying does nothing: what was deployed stays. Creating the new one
   * first is refused, because Terraform would extend that order to everything that the resource waits for: the server.
   */
  static readonly OLD_FIRST = new Replacement(() => true);
  /**
   * Either order will do, and destroying does nothing. Creating the new one first is refused only if the resource waits
   * for something, which Terraform would extend that order to.
   */
  static readonly EITHER_ORDER = new Replacement(({ waits }) => waits);
  /**
   * The new resource is made first, and what refers to the old one moves over before that is destroyed, which does
   * nothing. Terraform extends the order to everything that the resource waits for.
   */
  static readonly NEW_FIRST = new Replacement(() => false, { createsFirst: true });

  /**
   * The new thing is made first, then what refers to the old one moves over, and then the old one is removed, as it is
   * when the resource is destroyed.
   *
   * Terraform runs no destroy provisioner for the old object of a replacement that creates first. So another thing is
   * not a replacement here but another instance, whose key is the thing's name. A second resource, the representative,
   * refers to the instance, because without a reference the old instance may go first:
   * docs/decisions/010-order-of-replacement.md.
   */
  static newFirst(leftBehind: LeftBehind): Replacement {
    return new Replacement(() => false, { createsFirst: true, leftBehind });
  }

  /**
   * The resource does nothing but when it is destroyed, and has no triggers: it is never replaced, and it cannot fail to be
   * made, after which Terraform would not run its destroy provisioner. Its id is a number of its own for the state.
   *
   * @param removal the job, of the same kind as other work, by the id of the resource
   */
  static whenDestroyed(removal: (id: string) => object): Replacement {
    return new Replacement(() => false, { removal });
  }

  private constructor(
    private readonly refusesNewFirst: (order: { readonly waits: boolean }) => boolean,
    private readonly rules: Rules = {},
  ) {}

  private get leftBehind(): LeftBehind | undefined {
    return this.rules.leftBehind;
  }

  /** The resource does work when it is created. */
  get worksAtCreation(): boolean {
    return this.rules.removal === undefined;
  }

  /** The id of the resource that does the work. The representative, if there is one, is the main one. */
  get workId(): string {
    return this.leftBehind === undefined ? MAIN : 'work';
  }

  /** Sets the order and the instances of the resource that does the work. */
  configure(work: TerraformResource, triggers: { readonly [name: string]: string }): void {
    if (this.rules.createsFirst) work.lifecycle = { createBeforeDestroy: true };
    if (this.leftBehind === undefined) return;
    work.addOverride('for_each', new TerraformSet(triggers[this.leftBehind.trigger]));
  }

  /**
   * The resource that everything else names and refers to: the one that does the work, or one that follows it. The
   * latter has the same triggers, and moves from the old thing to the new one in every apply that makes the new one.
   */
  representative(owner: Construct, type: ResourceType, work: Work): TerraformResource {
    if (this.leftBehind === undefined) return work.resource;
    // There is always one instance, and its key need not be repeated here.
    const instance = Fn.one(Fn.values(work.resource.fqn));
    const reference = (name: string) => Token.asString(propertyAccess(instance, [type.triggersAttribute, name]));
    const triggers = Object.fromEntries(Object.keys(work.triggers).map((name) => [name, reference(name)]));
    return type.add(owner, MAIN, { triggers });
  }

  /** The job that removes what was left behind; undefined when destroying does nothing. */
  removal(type: ResourceType): object | undefined {
    if (this.rules.removal !== undefined) return this.rules.removal(Lazy.stringValue({ produce: () => '${self.id}' }));
    return this.leftBehind?.removal((name) => {
      const expression = `\${self.${type.triggersAttribute}["${name}"]}`;
      return Lazy.stringValue({ produce: () => expression });
    });
  }

  /**
   * The problem with the order that the resource has in the end, if there is one: an aspect or an escape hatch may have
   * set it.
   *
   * @param order what the resource waits for
   */
  problem(resource: TerraformResource, order: { readonly waits: boolean }): Problem | undefined {
    const newFirst = isCreatedBeforeDestroy(resource);
    const fix = 'leave this construct out of the aspect or override that sets it';
    if (newFirst && this.refusesNewFirst(order)) {
      return {
        given: 'create_before_destroy',
        expected: 'the usual order',
        fix: `${fix}: Terraform would extend it to everything that this construct waits for`,
      };
    }
    if (newFirst || !this.rules.createsFirst) return undefined;
    return { given: 'the usual order', expected: 'create_before_destroy', fix };
  }
}

/** A provisioner that runs when the resource is destroyed. */
export function atDestroy(provisioner: LocalExecProvisioner): LocalExecProvisioner {
  return { ...provisioner, when: 'destroy' };
}

function isCreatedBeforeDestroy(resource: TerraformResource): boolean {
  const rendered = resource.toTerraform().resource?.[resource.terraformResourceType]?.[resource.friendlyUniqueId];
  return rendered?.lifecycle?.create_before_destroy === true;
}
