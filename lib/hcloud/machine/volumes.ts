import { type TerraformResourceLifecycle, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { Server } from '../bindings/server';
import { Volume } from '../bindings/volume';
import { VolumeAttachment } from '../bindings/volume-attachment';
import type { HcloudVolume } from '../hcloud-volume';
import { HcloudVolumeFormat } from '../hcloud-volume-format';

export interface VolumeParts {
  readonly name: string;
  readonly location: string;
  readonly labels: { [name: string]: string };
  readonly protect: boolean;
  readonly protection: TerraformResourceLifecycle;
}

/** The volumes of a machine, by their names, and what attaches them to its server. */
export class Volumes {
  readonly attachments: readonly VolumeAttachment[];
  private readonly volumes: ReadonlyMap<string, Volume>;

  constructor(
    private readonly machine: Construct,
    server: Server,
    private readonly parts: VolumeParts,
    volumes: { readonly [name: string]: HcloudVolume },
  ) {
    this.volumes = new Map(Object.entries(volumes).map(([name, volume]) => [name, this.add(name, volume)]));
    this.attachments = [...this.volumes].map(([name, volume]) => this.attach(name, volume, server));
  }

  /** The path of the disk on the server, as a token: it has the number of the volume, and stays the same. */
  device(name: string): string | undefined {
    return this.volumes.get(name)?.linuxDevice;
  }

  private add(name: string, { sizeGb: size, format = HcloudVolumeFormat.NONE }: HcloudVolume): Volume {
    const { location, labels, protect, protection } = this.parts;
    return new Volume(this.machine, `volume-${name}`, {
      name: `${this.parts.name}-${name}`,
      size,
      location,
      labels,
      format: format.name === 'none' ? undefined : format.name,
      deleteProtection: protect,
      // It means something only when the volume is made.
      lifecycle: { ...protection, ignoreChanges: ['format'] },
    });
  }

  private attach(name: string, volume: Volume, server: Server): VolumeAttachment {
    const [volumeId, serverId] = [volume, server].map(({ id }) => Token.asNumber(id)) as [number, number];
    // Hetzner would write it into the /etc/fstab of a system that has one.
    return new VolumeAttachment(this.machine, `volume-${name}-attachment`, { volumeId, serverId, automount: false });
  }
}
