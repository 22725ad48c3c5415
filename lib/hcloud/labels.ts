import type { IConstruct } from 'constructs';
import { ownerOf } from '../deployment/owner';
import { contentHash } from '../private/content-hash';
import { TerraformDigest } from '../terraform/json';
import { parseTemplate, printExpression } from '../terraform/template';
import { LazyValue, type ResolveContext } from '../terraform/token';

/** The label of a server that another image replaces: the content that it has. */
export const CONTENT_LABEL = 'cdktf-nixos/content';

/** The label of everything that an app makes at Hetzner: it changes with project, stack and workspace. */
export function ownerLabel(scope: IConstruct): { [name: string]: string } {
  return { 'cdktf-nixos/owner': new ShortDigest(ownerOf(scope)).toString() };
}

/** The labels of all resources of one machine: with the owner, they say which construct it is. */
export function machineLabels(machine: IConstruct): { [name: string]: string } {
  return { ...ownerLabel(machine), 'cdktf-nixos/machine': contentHash(machine.node.path) };
}

/** A digest that is short enough for a label: 32 hexadecimal digits of SHA-256, computed by Terraform. */
class ShortDigest extends LazyValue {
  constructor(private readonly data: object) {
    super();
  }

  resolve(context: ResolveContext): string {
    const digest = printExpression(parseTemplate(new TerraformDigest(this.data).resolve(context)));
    return `\${substr(${digest}, 0, 32)}`;
  }
}
