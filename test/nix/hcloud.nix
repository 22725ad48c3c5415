# What a configuration has from the module for Hetzner Cloud: `distribution` is a tree with NixOS's
# nixos/lib/eval-config.nix.
{ distribution, system }:

let
  nixos = import (distribution + "/nixos/lib/eval-config.nix") {
    inherit system;
    modules = [
      ../../nix/modules/hcloud.nix
      {
        services.openssh.enable = true;
        system.stateVersion = "26.05";
      }
    ];
  };
  inherit (nixos) config;
  image = config.system.build.images.hcloud;
  inherit (config.boot.loader) grub;
in
{
  toplevel = config.system.build.toplevel.drvPath;
  image = {
    inherit (image) drvPath;
    file = image.passthru.filePath;
    # What prepares the disk, outside of the virtual machine that installs the boot loader.
    inherit (image) preVM;
  };
  grub = {
    inherit (grub)
      enable
      efiSupport
      efiInstallAsRemovable
      devices
      ;
  };
  touchesFirmware = config.boot.loader.efi.canTouchEfiVariables;
  fileSystems = builtins.mapAttrs (_: disk: { inherit (disk) device fsType autoResize; }) config.fileSystems;
  inherit (config.boot) growPartition kernelParams;
  initrd = config.boot.initrd.availableKernelModules;
  unit = config.systemd.network.units."10-hcloud.network".text;
  ipv6 = {
    inherit (config.systemd.services.hcloud-ipv6) wantedBy after script;
    inherit (config.systemd.services.hcloud-ipv6.environment) FILE;
    template = baseNameOf config.systemd.services.hcloud-ipv6.environment.TEMPLATE;
  };
}
