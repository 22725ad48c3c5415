# NixOS's option, which the stand-in distribution lacks.
{ lib, ... }:
let
  group =
    { name, ... }:
    {
      options.name = lib.mkOption { default = name; };
      options.enable = lib.mkOption { default = true; };
    };
in
{
  options.users.groups = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule group); };
}
