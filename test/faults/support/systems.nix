# Builds systems of the fixture distribution, in the given order. `file` holds a JSON list; each item is a list of modules.
{ file }:
map
  (modules: (import ../../fixtures/distribution/nixos/lib/eval-config.nix {
    system = builtins.currentSystem;
    inherit modules;
  }).config.system.build.toplevel)
  (builtins.fromJSON (builtins.readFile file))
