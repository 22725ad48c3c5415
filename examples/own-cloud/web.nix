{ config, modulesPath, ... }:
{
  imports = [ "${modulesPath}/virtualisation/lxc-container.nix" ];

  networking.firewall.allowedTCPPorts = [ 80 ];

  # Delivered by Terraform at apply: the other containers, with what LXD and Terraform know of them.
  cdktf-nixos.values.others = { };
  systemd.services.meet = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig.Type = "oneshot";
    serviceConfig.RemainAfterExit = true;
    script = ''
      cat ${config.cdktf-nixos.values.others.path} >/run/others
    '';
  };

  services.openssh.enable = true;
  users.users.root.openssh.authorizedKeys.keyFiles = [ ./deploy-key.pub ];

  system.stateVersion = "26.05";
}
