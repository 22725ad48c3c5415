{
  imports = [ ./bootstrap.nix ];

  networking.hostName = "database";
  networking.firewall.allowedTCPPorts = [ 5432 ];
}
