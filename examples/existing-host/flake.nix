{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { nixpkgs, ... }:
    let
      host =
        file:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            ./web.nix
            file
          ];
        };
    in
    {
      nixosConfigurations = {
        web1 = host ./hosts/web1.nix;
        web2 = host ./hosts/web2.nix;
        web3 = host ./hosts/web3.nix;
      };
    };
}
