{
  imports = [ ./bootstrap.nix ];

  networking.hostName = "web";
  networking.firewall.allowedTCPPorts = [ 80 ];

  environment.etc."motd".text = "deployed by cdktf-nixos\n";
}
