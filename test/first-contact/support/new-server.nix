# The image of a new server of a cloud whose metadata service runs on the server itself.
{
  imports = [ ../../../nix/modules ];

  services.openssh.generateHostKeys = true;
  cdktf-nixos.firstBoot = {
    enable = true;
    source = "hetzner";
    waitSeconds = 3;
  };
  systemd.services.metadata = {
    wantedBy = [ "multi-user.target" ];
    before = [ "cdktf-nixos-first-boot.service" ];
    preStart = "ip address replace 169.254.169.254/32 dev lo";
    serviceConfig.ExecStart = "/lab/usr/bin/perl ${./metadata.pl}";
  };
}
