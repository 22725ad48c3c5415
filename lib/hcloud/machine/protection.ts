import { DataResource, Op, type Precondition } from 'cdktf';
import type { Construct } from 'constructs';
import { display } from '../../validation/display';
import { isToken } from '../../terraform/token';

/**
 * Refuses at plan, in the name of the prop, the one change of a prop that would replace a protected server. Terraform itself
 * would only say that the server cannot be destroyed. A resource keeps the location in which the server was made.
 */
export function locationPrecondition(machine: Construct, location: string): Precondition {
  const made = new DataResource(machine, 'protection', { lifecycle: { ignoreChanges: ['input'] } });
  made.addOverride('input', location);
  const before = made.getStringAttribute('output');
  const given = isToken(location) ? location : display(location);
  return {
    condition: Op.eq(before, location),
    errorMessage:
      `[${machine.node.path}] location: got ${given}, expected ${before}: the machine is protected, and another ` +
      'location replaces its server; set it back, or remove `protect`, apply, and then change it',
  };
}
