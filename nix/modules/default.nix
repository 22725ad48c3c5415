# All modules of this package.
{
  imports = [
    ./first-boot.nix
    ./secrets.nix
    ./state.nix
    ./values.nix
  ];
}
