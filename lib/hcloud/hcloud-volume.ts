import type { HcloudVolumeFormat } from './hcloud-volume-format';

/** A disk of its own, which stays when the server is replaced, and goes with its data when it leaves the program. */
export interface HcloudVolume {
  /** In GB, from 10 to 10240. It can grow, and never shrinks. The file system on it does not grow by itself. */
  readonly sizeGb: number;
  /**
   * The file system that Hetzner makes on it when it makes the volume. A later change does nothing.
   * @default HcloudVolumeFormat.NONE
   */
  readonly format?: HcloudVolumeFormat;
}
