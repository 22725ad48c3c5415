# All modules of this package.
{
  imports = [
    ./secrets.nix
    ./state.nix
    ./values.nix
  ];
}
