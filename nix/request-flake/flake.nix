# The flake of a batch. Staging repeats the input's line for each source; --override-input sets its reference.
{
  inputs.source.url = "path:/nonexistent";

  outputs =
    { self, ... }@sources:
    import ./eval.nix {
      inherit sources;
      request = builtins.fromJSON (builtins.readFile ./request.json);
      staged = ./.;
    };
}
