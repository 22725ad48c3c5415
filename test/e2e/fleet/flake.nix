# One configuration per file in machines/, which the tests write.
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { nixpkgs, ... }:
    {
      nixosConfigurations = builtins.listToAttrs (
        map (file: {
          name = builtins.head (builtins.split "\\.nix$" file);
          value = nixpkgs.lib.nixosSystem {
            system = "x86_64-linux";
            modules = [
              ./common.nix
              (./machines + "/${file}")
            ];
          };
        }) (builtins.attrNames (builtins.readDir ./machines))
      );
    };
}
