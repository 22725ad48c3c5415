{ config, ... }:
{
  imports = [ ./bootstrap.nix ];

  networking.firewall.allowedTCPPorts = [ 80 ];

  # The address of the database in the private network: Terraform knows it when the database's server is there.
  cdktf-nixos.values.database = { };
  systemd.services.announce = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig.Type = "oneshot";
    serviceConfig.RemainAfterExit = true;
    script = ''
      echo "the database is at $(cat ${config.cdktf-nixos.values.database.path})" >/run/announcement
    '';
  };
}
