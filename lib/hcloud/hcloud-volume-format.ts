/** The file system that Hetzner makes on a new volume. */
export class HcloudVolumeFormat {
  /** None: the server makes one. */
  static readonly NONE = new HcloudVolumeFormat('none');
  static readonly EXT4 = new HcloudVolumeFormat('ext4');
  static readonly XFS = new HcloudVolumeFormat('xfs');

  private constructor(
    /** The word for it: `none`, `ext4` or `xfs`. */
    readonly name: string,
  ) {}
}

export const VOLUME_FORMATS = ['none', 'ext4', 'xfs'];
