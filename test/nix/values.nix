# What a configuration sees of the module for values: `distribution` is a tree with NixOS's nixos/lib/eval-config.nix.
{ distribution, json }:

let
  system = import (distribution + "/nixos/lib/eval-config.nix") {
    system = "x86_64-linux";
    modules = [
      ((import ../../flake.nix).outputs { nixpkgs = throw "the modules need no nixpkgs"; }).nixosModules.default
      {
        _file = "the test";
        config = builtins.fromJSON json;
      }
    ];
  };
  snippets = system.config.system.activationScripts;
  service = system.config.systemd.services.cdktf-nixos-values or null;
in
{
  paths = builtins.mapAttrs (_: value: value.path) system.config.cdktf-nixos.values;
  unit = if service == null then null else { inherit (service) wantedBy before unitConfig script; inherit (service.environment) DECLARED; };
  # What the activation runs before others, and before it copies files into /etc.
  first = builtins.head (builtins.attrNames snippets);
  beforeEtc = builtins.filter (name: builtins.match "00-.*" name != null) snippets.etc.deps;
}
