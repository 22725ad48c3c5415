import { isToken } from './terraform/token';
import { display } from './validation/display';
import { refuse } from './validation/problem';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}$/;

/**
 * The kind of an image, by its name in `system.build.images` of a configuration. The constants are those of NixOS 26.05;
 * synth reports one that a configuration does not have, with those that it has.
 *
 * @example
 * new NixosImage(this, 'installer', { configuration, variant: ImageVariant.ISO_INSTALLER });
 */
export class ImageVariant {
  /** A disk for Amazon EC2: a VHD. */
  static readonly AMAZON = new ImageVariant('amazon');
  /** A disk for Azure. */
  static readonly AZURE = new ImageVariant('azure');
  /** A disk for CloudStack. */
  static readonly CLOUDSTACK = new ImageVariant('cloudstack');
  /** A disk for DigitalOcean. */
  static readonly DIGITAL_OCEAN = new ImageVariant('digital-ocean');
  /** A disk for Google Compute Engine. */
  static readonly GOOGLE_COMPUTE = new ImageVariant('google-compute');
  /** A disk for Hyper-V: a VHDX. */
  static readonly HYPERV = new ImageVariant('hyperv');
  /** A CD or USB stick that runs the configuration. */
  static readonly ISO = new ImageVariant('iso');
  /** A CD or USB stick that runs the configuration and installs NixOS: the installer's programs and documentation. */
  static readonly ISO_INSTALLER = new ImageVariant('iso-installer');
  /** A tarball whose program starts the configuration from any Linux that runs. */
  static readonly KEXEC = new ImageVariant('kexec');
  /** A disk for KubeVirt. */
  static readonly KUBEVIRT = new ImageVariant('kubevirt');
  /** A disk for Linode. */
  static readonly LINODE = new ImageVariant('linode');
  /** The root of a container for LXC, Incus and LXD, which also need `LXC_METADATA`. */
  static readonly LXC = new ImageVariant('lxc');
  /** The description of a container for LXC, Incus and LXD. */
  static readonly LXC_METADATA = new ImageVariant('lxc-metadata');
  /** A disk for Oracle Cloud. */
  static readonly OCI = new ImageVariant('oci');
  /** A disk for OpenStack. */
  static readonly OPENSTACK = new ImageVariant('openstack');
  /** A virtual machine for Proxmox. */
  static readonly PROXMOX = new ImageVariant('proxmox');
  /** A container for Proxmox. */
  static readonly PROXMOX_LXC = new ImageVariant('proxmox-lxc');
  /** A qcow2 disk that a BIOS starts. */
  static readonly QEMU = new ImageVariant('qemu');
  /** A qcow2 disk that UEFI starts. */
  static readonly QEMU_EFI = new ImageVariant('qemu-efi');
  /** A raw disk that a BIOS starts. */
  static readonly RAW = new ImageVariant('raw');
  /** A raw disk that UEFI starts. */
  static readonly RAW_EFI = new ImageVariant('raw-efi');
  /** An SD card, for ARM boards. */
  static readonly SD_CARD = new ImageVariant('sd-card');
  /** A box for Vagrant. */
  static readonly VAGRANT_VIRTUALBOX = new ImageVariant('vagrant-virtualbox');
  /** An appliance for VirtualBox. */
  static readonly VIRTUALBOX = new ImageVariant('virtualbox');
  /**
   * A program that runs the configuration in a virtual machine on this computer (`system.build.vm`). It needs QEMU and no
   * disk image; the configuration forwards ports by `virtualisation.vmVariant.virtualisation.forwardPorts`.
   */
  static readonly VM = new ImageVariant('vm');
  /** A disk for VMware: a VMDK. */
  static readonly VMWARE = new ImageVariant('vmware');

  /**
   * Any other variant: a configuration may add its own to `image.modules`.
   *
   * @param name its name in `system.build.images`
   * @throws InputError when it cannot be one
   */
  static named(name: string): ImageVariant {
    refuse('ImageVariant.named', 'name', nameProblem(name));
    return new ImageVariant(name);
  }

  private constructor(
    /** The name in `system.build.images`: `raw-efi`. */
    readonly name: string,
  ) {}
}

function nameProblem(name: unknown) {
  if (typeof name === 'string' && NAME.test(name)) return undefined;
  return {
    given: isToken(name) ? 'a Terraform token' : display(name),
    expected: 'the name of an image in system.build.images: "raw-efi"',
    fix: 'list them with `nix eval .#nixosConfigurations.<name>.config.system.build.images --apply builtins.attrNames`',
  };
}
