/**
  Existing derivations, for nix-instantiate to root. Nothing is evaluated or built.
*/
{
  # A JSON list of store paths of derivations.
  file,
}:
map (drvPath: {
  type = "derivation";
  # Nix requires a name; it has no effect.
  name = "root";
  outputName = "out";
  inherit drvPath;
}) (builtins.fromJSON (builtins.readFile file))
