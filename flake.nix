{
  description = "NixOS modules for machines that are deployed by cdktf-nixos, a template, and a shell for contributors";

  # Only the shell needs it: neither the modules nor the template make Nix fetch it.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";

  outputs =
    { nixpkgs, ... }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      eachSystem =
        output:
        builtins.listToAttrs (
          map (system: {
            name = system;
            value = output system;
          }) systems
        );
    in
    {
      nixosModules.default = ./nix/modules/default.nix;
      nixosModules.hcloud = ./nix/modules/hcloud.nix;

      templates.default = {
        path = ./examples/existing-host;
        description = "A CDK for Terraform program that deploys NixOS to hosts that exist";
        welcomeText = ''
          Write your hosts into `hosts.json` and `known_hosts` and your key into `deploy-key.pub`. In `web.nix`, replace
          the file systems and the boot loader with those of your host. cdktf-nixos is not on npm: in a clone of it,
          `npm ci && npm pack` makes the file to install. Then:

              git init
              npm install <path of cdktf-nixos-0.1.0.tgz>
              git add --all
              nix --extra-experimental-features 'nix-command flakes' flake lock
              npx cdktf deploy
        '';
      };

      devShells = eachSystem (
        system:
        let
          pkgs = import nixpkgs {
            inherit system;
            config.allowUnfreePredicate = package: nixpkgs.lib.getName package == "terraform";
          };
        in
        {
          default = pkgs.mkShell {
            packages = [
              pkgs.age
              pkgs.git
              pkgs.nix
              pkgs.nodejs_22
              pkgs.openssh
              pkgs.shellcheck
              pkgs.sops
              pkgs.terraform
              pkgs.zstd
            ];
          };
        }
      );
    };
}
