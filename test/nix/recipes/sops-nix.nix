# The part of sops-nix that a recipe builds on: its options, and the unit that decrypts. Here it only
# reads the identity.
{ config, lib, ... }:
let
  cfg = config.sops;
in
{
  options.sops = {
    useSystemdActivation = lib.mkOption {
      type = lib.types.bool;
      default = false;
    };
    age.keyFile = lib.mkOption {
      type = lib.types.nullOr lib.types.str;
      default = null;
    };
    age.sshKeyPaths = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ "/etc/ssh/ssh_host_ed25519_key" ];
    };
  };

  config.systemd.services.sops-install-secrets = lib.mkIf cfg.useSystemdActivation {
    wantedBy = [ "sysinit.target" ];
    requiredBy = [ "sysinit-reactivation.target" ];
    before = [ "sysinit-reactivation.target" ];
    serviceConfig.Type = "oneshot";
    serviceConfig.RemainAfterExit = true;
    after = [ "systemd-sysusers.service" ];
    unitConfig.DefaultDependencies = false;
    script = "cat ${cfg.age.keyFile} ${toString cfg.age.sshKeyPaths} >/run/identity-of-sops-nix";
  };
}
