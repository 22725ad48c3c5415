# The part of agenix that a recipe builds on: its options, and where it decrypts. Here it only reads the identity.
{ config, lib, ... }:
let
  script = "cat ${toString config.age.identityPaths} >/run/identity-of-agenix";
  byUnit = config.test.sysusers or false;
in
{
  options.age.identityPaths = lib.mkOption {
    type = lib.types.listOf lib.types.str;
    default = [ ];
  };

  config = {
    system.activationScripts = lib.mkIf (!byUnit) {
      agenixInstall = {
        text = script;
        deps = [ "specialfs" ];
      };
      users.deps = [ "agenixInstall" ];
    };
    systemd.services.agenix-install-secrets = lib.mkIf byUnit {
      wantedBy = [ "sysinit.target" ];
      unitConfig.DefaultDependencies = false;
      inherit script;
    };
  };
}
