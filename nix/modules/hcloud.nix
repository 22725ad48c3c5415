/**
  A NixOS host on Hetzner Cloud: it boots on every type of server, and offers the image `system.build.images.hcloud`.

  Import it where the host's configuration is; the other modules of this package do not. Everything in it can be
  overridden. Tests: test/nix/hcloud.test.ts.
*/
{
  config,
  lib,
  modulesPath,
  options,
  pkgs,
  ...
}:

let
  # Older x86 servers boot by BIOS alone and newer ones by UEFI alone; arm has UEFI only. So an x86 disk has both boot
  # loaders: a partition for GRUB's own code, and an EFI partition with GRUB where firmware looks for removable media,
  # because a new server's firmware knows no boot entries.
  isArm = pkgs.stdenv.hostPlatform.isAarch64;
  serial = if isArm then "ttyAMA0" else "ttyS0,115200";

  image =
    {
      config,
      lib,
      modulesPath,
      pkgs,
      ...
    }:
    {
      imports = [
        (modulesPath + "/image/file-options.nix")
        (modulesPath + "/virtualisation/disk-size-option.nix")
      ];

      image.extension = "img";
      system.nixos.tags = [ "hcloud" ];
      system.build.image = import (modulesPath + "/../lib/make-disk-image.nix") {
        inherit config lib pkgs;
        inherit (config.virtualisation) diskSize;
        inherit (config.image) baseName;
        format = "raw";
        partitionTableType = if isArm then "efi" else "hybrid";
      };
    };
in
{
  imports = [
    (modulesPath + "/profiles/qemu-guest.nix")
    ./first-boot.nix
  ];

  config = lib.mkMerge [
    {
      boot.loader.grub = {
        enable = lib.mkDefault true;
        efiSupport = lib.mkDefault true;
        efiInstallAsRemovable = lib.mkDefault true;
        devices = lib.mkDefault [ (if isArm then "nodev" else "/dev/sda") ];
      };
      boot.initrd.availableKernelModules = [
        "sd_mod"
        "virtio_scsi"
      ];
      boot.growPartition = lib.mkDefault true;
      # Hetzner's console shows the screen: the last one is /dev/console.
      boot.kernelParams = [
        "console=${serial}"
        "console=tty0"
      ];

      fileSystems."/" = lib.mkDefault {
        device = "/dev/disk/by-label/nixos";
        fsType = "ext4";
        autoResize = true;
      };
      fileSystems."/boot" = lib.mkDefault {
        device = "/dev/disk/by-label/ESP";
        fsType = "vfat";
        options = [ "umask=0077" ];
      };

      # A new server is known to ssh from its first boot. Without a seed in the user data it does nothing.
      cdktf-nixos.firstBoot.enable = lib.mkDefault true;
      cdktf-nixos.firstBoot.source = lib.mkDefault "hetzner";

      networking.useDHCP = lib.mkDefault false;
      networking.useNetworkd = lib.mkDefault true;

      # Hetzner's panel shuts the server down and sets a password by it.
      services.qemuGuest.enable = lib.mkDefault true;
    }

    (lib.mkIf config.networking.useNetworkd {
      systemd.network.enable = true;
      systemd.network.wait-online.anyInterface = lib.mkDefault true;
      systemd.network.networks."10-hcloud" = {
        # Names depend on the type of the server: enp1s0 or eth0, and ens10 or enp7s0 for a private network.
        matchConfig.Name = "en* eth*";
        networkConfig = {
          DHCP = "ipv4";
          # A server without a public IPv4 address reaches the metadata from a link-local one.
          LinkLocalAddressing = "yes";
        };
        # A private network's is smaller than the default.
        dhcpV4Config.UseMTU = true;
      };

      # IPv4 comes by DHCP. For IPv6 there is neither DHCP nor a router that announces the prefix: the address is in the
      # metadata of the server, which are read over IPv4 or over a link-local address.
      systemd.services.hcloud-ipv6 = {
        description = "IPv6 address of this Hetzner Cloud server";
        wantedBy = [ "multi-user.target" ];
        wants = [ "systemd-networkd.service" ];
        after = [ "systemd-networkd.service" ];
        path = [
          config.systemd.package
          pkgs.curl
          pkgs.gawk
        ];
        environment.FILE = "/run/systemd/network/05-hcloud-public.network";
        environment.TEMPLATE = "${./hcloud/public.network}";
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          TimeoutStartSec = 120;
        };
        script = builtins.readFile ./hcloud/ipv6.sh;
      };
    })

    # nixpkgs before 25.05 has no such option, and no images by name.
    (lib.optionalAttrs (options ? image.modules) { image.modules.hcloud = image; })
  ];
}
