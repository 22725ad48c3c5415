# The part of agenix that a recipe builds on: its options, and where it decrypts.
{ config, lib, ... }:
{
  options.age.identityPaths = lib.mkOption {
    type = lib.types.listOf lib.types.str;
    default = [ ];
  };

  config = {
    system.activationScripts = lib.mkIf (!config.test.sysusers) {
      agenixInstall = {
        text = "echo ${toString config.age.identityPaths}";
        deps = [ "specialfs" ];
      };
      users.deps = [ "agenixInstall" ];
    };
    systemd.services.agenix-install-secrets = lib.mkIf config.test.sysusers {
      wantedBy = [ "sysinit.target" ];
      script = "echo ${toString config.age.identityPaths}";
    };
  };
}
