import type { IConstruct } from 'constructs';
import type { NixosConfiguration } from '../nixos-configuration';

/** An image that a server of Hetzner Cloud can be made from. `HcloudImage` uploads one; any construct may be one. */
export interface IHcloudImage extends IConstruct {
  /** The id of the snapshot or system image, as a token: what uses it waits until it is there. */
  readonly imageId: string;
  /** `x86` or `arm`, as Hetzner names them. May be a token that is known at synth. */
  readonly architecture: string;
  /** Changes exactly when the content does. Known at plan. An immutable machine is replaced when it changes. */
  readonly contentId: string;
  /** The disk that the image needs, in GB. undefined when nobody knows it at synth. */
  readonly diskSizeGb?: number;
  /** What the image was made of. undefined when it was made by somebody else. */
  readonly configuration?: NixosConfiguration;
}
