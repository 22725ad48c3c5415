# An ordinary server. On your own hosts, keep what their /etc/nixos/hardware-configuration.nix says instead of the file
# systems and the boot loader below; the virtual machine has its own.
{
  networking.hostName = "web";
  boot.loader.grub.device = "/dev/vda";
  fileSystems."/" = {
    device = "/dev/vda1";
    fsType = "ext4";
  };

  services.openssh.enable = true;
  users.users.root.openssh.authorizedKeys.keyFiles = [ ./deploy-key.pub ];

  system.stateVersion = "26.05";
}
