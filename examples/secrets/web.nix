{ config, ... }:
let
  inherit (config.cdktf-nixos.secrets) apiToken signingKey;
in
{
  networking.hostName = "web";

  cdktf-nixos.secrets.apiToken = { };
  cdktf-nixos.secrets.signingKey = { };

  # systemd reads the token as root and shows it to this service alone. The service does not start without it.
  systemd.services.billing = {
    wantedBy = [ "multi-user.target" ];
    requires = [ apiToken.unit ];
    after = [ apiToken.unit ];
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      LoadCredential = "token:${apiToken.path}";
    };
    script = ''
      cksum <"$CREDENTIALS_DIRECTORY/token" >/run/billing
    '';
  };

  # This one reads the file itself, and again when it is reloaded: a credential stays what it was at the start.
  systemd.services.signer = {
    wantedBy = [ "multi-user.target" ];
    requires = [ signingKey.unit ];
    after = [ signingKey.unit ];
    serviceConfig = {
      RuntimeDirectory = "signer";
      ExecReload = "/bin/sh -c 'kill -HUP $MAINPID'";
    };
    script = ''
      read_key() { cksum <${signingKey.path} >/run/signer/key; }
      trap read_key HUP
      read_key
      while :; do
        sleep 1 &
        wait "$!" || true
      done
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
