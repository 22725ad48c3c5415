# What a recipe of docs/secrets.md makes of a configuration: `distribution` is a tree with NixOS's nixos/lib/eval-config.nix,
# `tool` the module of agenix or sops-nix, if the recipe needs one.
{
  distribution,
  recipe,
  tool ? null,
  sysusers ? false,
  answer,
}:
let
  # A test gives them as text; the real modules need secrets to do anything.
  files = {
    age.secrets.x.file = builtins.toFile "x.age" "age-encryption.org/v1";
    sops.defaultSopsFile = builtins.toFile "x.yaml" "x: 1";
    sops.secrets.x = { };
  };
  inherit
    (import (distribution + "/nixos/lib/eval-config.nix") {
      system = "x86_64-linux";
      modules = [
        ../../../nix/modules/secrets.nix
        recipe
        (
          { lib, options, ... }:
          {
            options.test.sysusers = lib.mkOption { default = sysusers; };
            config = lib.mkMerge [
              (lib.optionalAttrs (options ? age.secrets) { inherit (files) age; })
              (lib.optionalAttrs (options ? sops.secrets) { inherit (files) sops; })
              (lib.optionalAttrs (sysusers && options ? systemd.sysusers) { systemd.sysusers.enable = true; })
            ];
          }
        )
      ]
      ++ (if tool == null then [ ] else [ tool ]);
    })
    config
    ;
  service = name: {
    inherit (config.systemd.services.${name}) requires;
    after = builtins.filter (unit: builtins.match "cdktf-.*" unit != null) config.systemd.services.${name}.after;
  };
in
{
  sops-nix = service "sops-install-secrets" // {
    inherit (config.sops.age) keyFile sshKeyPaths;
  };
  agenix = {
    inherit (config.age) identityPaths;
    before = builtins.elem "ageIdentity" config.system.activationScripts.agenixInstall.deps;
    inherit (config.system.activationScripts.ageIdentity) text;
    unit = service "age-identity" // {
      inherit (config.systemd.services.age-identity) script;
    };
  };
  agenix-unit = service "agenix-install-secrets" // {
    inherit (config.age) identityPaths;
  };
  nixus = config.environment.etc.foo.source;
  deploy_nixos = config.systemd.tmpfiles.rules;
}
.${answer}
