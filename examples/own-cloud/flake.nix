{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { nixpkgs, ... }:
    let
      host =
        name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            ./web.nix
            { networking.hostName = name; }
          ];
        };
    in
    {
      nixosConfigurations = {
        web1 = host "web1";
        web2 = host "web2";
      };
    };
}
