import { Construct } from 'constructs';
import type { IHcloudImage } from '../../../lib/hcloud';
import type { NixosConfiguration } from '../../../lib/nixos-configuration';

export interface UploadedImageProps {
  readonly imageId?: string;
  readonly architecture?: string;
  readonly contentId?: string;
  readonly diskSizeGb?: number;
  readonly configuration?: NixosConfiguration;
}

/** An image that is at Hetzner already. */
export class UploadedImage extends Construct implements IHcloudImage {
  readonly imageId: string;
  readonly architecture: string;
  readonly contentId: string;
  readonly diskSizeGb?: number;
  readonly configuration?: NixosConfiguration;

  constructor(scope: Construct, id: string, props: UploadedImageProps = {}) {
    super(scope, id);
    this.imageId = props.imageId ?? '1001';
    this.architecture = props.architecture ?? 'x86';
    this.contentId = props.contentId ?? 'a'.repeat(32);
    this.diskSizeGb = props.diskSizeGb;
    this.configuration = props.configuration;
  }
}
