import type { ITerraformDependable } from 'cdktf';
import type { MachineHostKey } from '../machine-host-key';
import type { SshOptions } from '../ssh-options';
import type { HcloudFirewallRule } from './hcloud-firewall-rule';
import type { IHcloudImage } from './hcloud-image-reference';
import type { HcloudNetworkAttachment } from './hcloud-network-attachment';
import type { HcloudPublicAddress } from './hcloud-public-address';
import type { HcloudVolume } from './hcloud-volume';

/** What a server is made of, and what belongs to it. docs/hcloud-machine.md says which change replaces it. */
export interface HcloudMachineProps {
  /** The image that the server boots first. Unless it replaces the server, a later change of it does nothing. */
  readonly image: IHcloudImage;
  /** The type of server, as Hetzner names it: `cx23`, `cax11`. A change switches the server off, resizes it and switches it on. */
  readonly serverType: string;
  /** Where the server stands: `fsn1`, `nbg1`, `hel1`. A change replaces it. */
  readonly location: string;
  /**
   * The name of the server in the project, where it is unique, and its host name at the first boot.
   * @default - the id of the construct
   */
  readonly name?: string;
  /**
   * A new image makes a new server, and then the old one is deleted. Such a machine has no deployment, and nothing that
   * cannot be on two servers at once. The names of its servers end in a dash and 8 characters.
   * @default false - the server stays, and deployments keep it current
   */
  readonly replaceOnImageChange?: boolean;
  /**
   * A plan that would delete or replace the server, its volumes or its kept addresses fails, and Hetzner refuses it, too.
   * @default false
   */
  readonly protect?: boolean;
  /**
   * Public keys that Hetzner knows of: `ssh-ed25519 AAAA...`. Its rescue system accepts them, and with one Hetzner mails no
   * root password. What the machine itself accepts is in its configuration. Used when the server is made.
   * @default - none
   */
  readonly sshKeys?: string[];
  /**
   * Ids or names of keys that are in the project already. May be Terraform tokens.
   * @default - none
   */
  readonly sshKeyIds?: string[];
  /**
   * What the firewall of the machine lets in, besides ssh. It filters the public addresses; everything may go out.
   * @default - no firewall of Hetzner's, if `sshFrom` is missing, too
   */
  readonly firewall?: HcloudFirewallRule[];
  /**
   * The networks from which ssh is let in: those of the machines that apply. Needed with `firewall`.
   * @default - no firewall of Hetzner's
   */
  readonly sshFrom?: string[];
  /**
   * More firewalls, by number.
   * @default - none
   */
  readonly firewallIds?: number[];
  /** @default HcloudPublicAddress.AUTOMATIC */
  readonly publicIpv4?: HcloudPublicAddress;
  /** @default HcloudPublicAddress.AUTOMATIC */
  readonly publicIpv6?: HcloudPublicAddress;
  /**
   * The private networks that the server is in, one subnet of each.
   * @default - none
   */
  readonly networks?: HcloudNetworkAttachment[];
  /**
   * Disks of their own, by name.
   * @default - none
   */
  readonly volumes?: { readonly [name: string]: HcloudVolume };
  /**
   * The name to which the public addresses lead back.
   * @default - one of Hetzner's
   */
  readonly reverseDns?: string;
  /**
   * The number of a placement group: its servers stand on different hosts. To take a running server out of one, switch it
   * off first.
   * @default - none
   */
  readonly placementGroupId?: number;
  /**
   * Hetzner makes a copy of the disk each day, and charges for it. Volumes are not in it.
   * @default false
   */
  readonly backups?: boolean;
  /**
   * When the type of server changes, the disk keeps its size, so that a smaller type stays possible.
   * @default false
   */
  readonly keepDisk?: boolean;
  /**
   * Labels of everything that the machine makes at Hetzner.
   * @default - only those of this package
   */
  readonly labels?: { readonly [name: string]: string };
  /**
   * Who holds the key by which ssh knows the machine.
   * @default MachineHostKey.madeByHost()
   */
  readonly hostKey?: MachineHostKey;
  /**
   * How to log in.
   * @default - as root on port 22, with the keys of the ssh agent
   */
  readonly ssh?: SshOptions;
  /**
   * What has to exist before the server is made.
   * @default - what the props refer to
   */
  readonly dependsOn?: ITerraformDependable[];
}
