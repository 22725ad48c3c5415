# Evaluates the configurations that are files: impurely, and not as a flake.
let
  request = builtins.fromJSON (builtins.readFile ./request.json);
in
import ./eval.nix {
  inherit request;
  sources = builtins.mapAttrs (_: builtins.getFlake) request.sources;
  staged = ./.;
}
