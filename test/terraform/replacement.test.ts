import { Aspects, DataResource, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ClientResource } from '../../lib/terraform/client-resource';
import { Replacement } from '../../lib/terraform/replacement';
import { TERRAFORM_DATA } from '../../lib/terraform/resource-type';
import { project, stack, useProject } from '../support/project';
import { refusal } from '../support/refusal';

useProject();

/** A construct with work that is replaced in this order. */
function work(replacement: Replacement, name = 'one'): Construct {
  const owner = new Construct(stack, 'work');
  new ClientResource(owner, {
    type: TERRAFORM_DATA,
    triggers: { name },
    replacement,
    job: { kind: 'build', template: {}, evaluated: () => ({}) },
    problems: () => [],
  });
  return owner;
}

const NEW_FIRST = Replacement.newFirst({ trigger: 'name', removal: (trigger) => ({ name: trigger('name') }) });

function onResources(change: (resource: TerraformResource) => void): void {
  Aspects.of(stack).add({
    visit: (construct) => TerraformResource.isTerraformResource(construct) && change(construct),
  });
}

const newFirst = (resource: TerraformResource) => (resource.lifecycle = { createBeforeDestroy: true });
const byOverride = (resource: TerraformResource) => resource.addOverride('lifecycle.create_before_destroy', true);
const resources = () => project.synth().resource.terraform_data;
const resource = () => resources().work;

describe('work whose old resource is destroyed first', () => {
  it.each([
    ['an aspect', newFirst],
    ['an override', byOverride],
  ])('%s that sets create_before_destroy is refused', (_, change) => {
    work(Replacement.OLD_FIRST);
    onResources(change);
    expect(refusal(() => project.synth())).toContain(
      '[stack/work] lifecycle: got create_before_destroy, expected the usual order; ' +
        'leave this construct out of the aspect or override that sets it: ' +
        'Terraform would extend it to everything that this construct waits for',
    );
  });

  it('other settings of the lifecycle stay the user’s', () => {
    work(Replacement.OLD_FIRST);
    onResources((one) => (one.lifecycle = { preventDestroy: true }));
    expect(resource().lifecycle).toEqual({ prevent_destroy: true });
  });

  it('a resource whose old one is destroyed first runs nothing when it is destroyed', () => {
    work(Replacement.OLD_FIRST);
    expect(resource().provisioner).toHaveLength(1);
  });
});

describe('work for which either order will do', () => {
  it('create_before_destroy is accepted when the work waits for nothing', () => {
    work(Replacement.EITHER_ORDER);
    onResources(newFirst);
    expect(resource().lifecycle).toEqual({ create_before_destroy: true });
  });

  it('create_before_destroy is refused when the work waits for something', () => {
    work(Replacement.EITHER_ORDER).node.addDependency(new DataResource(stack, 'server', {}));
    onResources(newFirst);
    expect(refusal(() => project.synth())).toContain('[stack/work] lifecycle: got create_before_destroy');
  });
});

describe('work whose new thing is made first', () => {
  it('each thing is an instance of its own, and destroying it runs the client', () => {
    work(NEW_FIRST);
    const { for_each, lifecycle, provisioner } = resources().work_07414245;
    expect(for_each).toBe('${toset(["one"])}');
    expect(lifecycle).toEqual({ create_before_destroy: true });
    expect(provisioner.map((one: any) => one['local-exec'].when)).toEqual([undefined, 'destroy']);
  });

  it('the name of a thing is data, whatever it looks like', () => {
    work(NEW_FIRST, 'a${b}');
    const { for_each, triggers_replace } = resources().work_07414245;
    expect(for_each).toBe('${toset(["a$\\u007bb}"])}');
    expect(triggers_replace).toEqual({ name: 'a$${b}' });
  });

  it('a thing may have a name that is special in JavaScript', () => {
    work(NEW_FIRST, '__proto__');
    expect(resources().work_07414245.for_each).toBe('${toset(["__proto__"])}');
  });

  it('a resource without work refers to the instance and has the address of the construct', () => {
    work(NEW_FIRST);
    expect(resource()).toMatchObject({
      triggers_replace: { name: '${one(values(terraform_data.work_07414245)).triggers_replace.name}' },
    });
    expect(resource()).not.toHaveProperty('provisioner');
  });

  it('an aspect that takes create_before_destroy away is refused', () => {
    work(NEW_FIRST);
    onResources((one) => (one.lifecycle = { createBeforeDestroy: false }));
    expect(refusal(() => project.synth())).toContain(
      '[stack/work] lifecycle: got the usual order, expected create_before_destroy; ' +
        'leave this construct out of the aspect or override that sets it',
    );
  });
});
