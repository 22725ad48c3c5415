import { DataResource, Fn, type TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { mapValues } from '../private/map-values';
import { TerraformText } from './json';

/** 256 random bits in Terraform, 244 in OpenTofu, as text of `[0-9a-f-]`. */
const RANDOM = '${uuid()}-${uuid()}';

/**
 * A random text that Terraform makes when it first applies, and then keeps in its state: no program has to be random at
 * synth, no provider is needed, and every machine that applies has the same text.
 */
export class KeptRandom {
  private readonly resource: TerraformResource;

  /** @param renewedBy another text is made when one of them changes */
  constructor(scope: Construct, id: string, renewedBy: { readonly [name: string]: string }) {
    const triggersReplace = mapValues(renewedBy, (text) => new TerraformText(text).toString());
    this.resource = new DataResource(scope, id, { triggersReplace, lifecycle: { ignoreChanges: ['input'] } });
    this.resource.addOverride('input', RANDOM);
  }

  /** The text, as a reference that no plan shows. */
  get text(): string {
    return Fn.sensitive(this.resource.getStringAttribute('output'));
  }
}
