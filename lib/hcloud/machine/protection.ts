import { DataResource, Op, type TerraformResourceLifecycle } from 'cdktf';
import type { Construct } from 'constructs';
import { display } from '../../validation/display';
import { isToken } from '../../terraform/token';

/**
 * For each resource that must not be destroyed. The one prop whose change would replace them is refused at plan by its name:
 * Terraform itself would only say that the resource cannot be destroyed. A resource of its own keeps the location in which
 * they were made.
 */
export function protection(machine: Construct, location: string): TerraformResourceLifecycle {
  const made = new DataResource(machine, 'protection', { lifecycle: { ignoreChanges: ['input'] } });
  made.addOverride('input', location);
  const before = made.getStringAttribute('output');
  const given = isToken(location) ? location : display(location);
  const errorMessage =
    `[${machine.node.path}] location: got ${given}, expected ${before}: the machine is protected, and another ` +
    'location replaces its server; set it back, or remove `protect`, apply, and then change it';
  return { preventDestroy: true, precondition: [{ condition: Op.eq(before, location), errorMessage }] };
}
