{ config, ... }:
{
  networking.hostName = "web";
  networking.firewall.allowedTCPPorts = [
    80
    443
  ];

  # Delivered by Terraform at apply; its file is there when the unit starts, and it is restarted when the value changes.
  cdktf-nixos.values.firewallId = { };
  systemd.services.announce = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig.Type = "oneshot";
    serviceConfig.RemainAfterExit = true;
    script = ''
      echo "behind firewall $(cat ${config.cdktf-nixos.values.firewallId.path})" >/run/announcement
    '';
  };

  boot.loader.grub.device = "/dev/vda";
  fileSystems."/" = {
    device = "/dev/vda1";
    fsType = "ext4";
  };

  services.openssh.enable = true;
  users.users.root.openssh.authorizedKeys.keyFiles = [ ./deploy-key.pub ];

  system.stateVersion = "26.05";
}
