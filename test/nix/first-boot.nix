# What a configuration sees of the module for the first boot: `distribution` is a tree with NixOS's nixos/lib/eval-config.nix.
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
  inherit (system) config;
  unit = service: {
    inherit (service)
      wantedBy
      before
      after
      wants
      requires
      script
      restartIfChanged
      ;
    unitConfig = builtins.removeAttrs service.unitConfig [ "Description" ];
    type = service.serviceConfig.Type;
    remains = service.serviceConfig.RemainAfterExit or false;
    # Without what every unit of NixOS has.
    environment = {
      inherit (service.environment) KEY USER_DATA WAIT_SECONDS;
    };
  };
in
{
  unit =
    if config.systemd.services ? cdktf-nixos-first-boot then
      unit config.systemd.services.cdktf-nixos-first-boot
    else
      null;
  key = config.environment.etc."cdktf-nixos/host-key".text or null;
  failed = map (assertion: assertion.message) (
    builtins.filter (assertion: !assertion.assertion) config.assertions
  );
  # Of the units that start sshd: what they wait for.
  sshd = builtins.mapAttrs (_: service: service.after) (
    builtins.intersectAttrs {
      sshd = null;
      "sshd@" = null;
      sshd-keygen = null;
    } config.systemd.services
  );
}
