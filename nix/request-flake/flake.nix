# The flake of a batch. Staging repeats the line of the input for each source; --override-input says what it is.
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
