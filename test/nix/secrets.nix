# What a configuration sees of the module for secrets: `distribution` is a tree with NixOS's nixos/lib/eval-config.nix.
{
  distribution,
  json,
  # The stand-in has no options for units that make users.
  userUnits ? false,
}:

let
  system = import (distribution + "/nixos/lib/eval-config.nix") {
    system = "x86_64-linux";
    modules = [
      ((import ../../flake.nix).outputs { nixpkgs = throw "the modules need no nixpkgs"; }).nixosModules.default
      {
        _file = "the test";
        config = builtins.fromJSON json;
      }
      (
        { lib, ... }:
        {
          options = lib.optionalAttrs userUnits {
            systemd.sysusers.enable = lib.mkOption { default = false; };
            services.userborn.enable = lib.mkOption { default = false; };
          };
        }
      )
    ];
  };
  snippets = system.config.system.activationScripts;
  ours = builtins.filter (name: builtins.match "cdktf-nixos-secret.*" name != null) (
    builtins.attrNames system.config.systemd.services
  );
  unit = service: {
    inherit (service)
      wantedBy
      before
      after
      wants
      script
      restartIfChanged
      ;
    unitConfig = builtins.removeAttrs service.unitConfig [ "Description" ];
    type = service.serviceConfig.Type;
    remains = service.serviceConfig.RemainAfterExit or false;
    declared = service.environment.DECLARED or null;
  };
in
{
  secrets = builtins.mapAttrs (_: secret: { inherit (secret) path unit; }) system.config.cdktf-nixos.secrets;
  units = builtins.listToAttrs (
    map (name: {
      inherit name;
      value = unit system.config.systemd.services.${name};
    }) ours
  );
  snippet = snippets.cdktf-nixos-secrets or null;
  state = snippets."00-cdktf-nixos-state".text or null;
  first = builtins.head (builtins.attrNames snippets);
}
