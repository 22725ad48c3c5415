{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { nixpkgs, ... }:
    let
      system =
        module:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [ module ];
        };
    in
    {
      nixosConfigurations.bootstrap = system ./bootstrap.nix;
      nixosConfigurations.database = system ./database.nix;
      nixosConfigurations.web = system ./web.nix;
    };
}
