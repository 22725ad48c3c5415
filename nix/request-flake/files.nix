# The batch of configurations that are files: impure, and the request itself is no flake.
let
  request = builtins.fromJSON (builtins.readFile ./request.json);
in
import ./eval.nix {
  inherit request;
  sources = builtins.mapAttrs (_: builtins.getFlake) request.sources;
  staged = ./.;
}
