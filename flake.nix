{
  description = "NixOS modules for machines that are deployed by cdktf-nixos";

  outputs = _: {
    nixosModules.default = ./nix/modules/values.nix;
  };
}
