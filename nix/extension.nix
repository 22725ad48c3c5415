/**
  Extends a configuration by the modules and arguments of a row.
*/
let
  inherit (builtins)
    attrNames
    elem
    filter
    head
    isAttrs
    mapAttrs
    ;

  # As lib.mkOverride at each leaf: an override of a whole set would drop what others define in it.
  prioritise =
    priority: value:
    if isAttrs value && value != { } then
      mapAttrs (_: prioritise priority) value
    else
      {
        _type = "override";
        inherit priority;
        content = value;
      };

  reservedArgs = [
    "baseModules"
    "config"
    "extraModules"
    "lib"
    "modules"
    "modulesPath"
    "noUserModules"
    "options"
    "pkgs"
    "specialArgs"
    "utils"
  ];

  # extendModules would silently replace an argument of the same name.
  withoutCollision =
    configuration: specialArgs:
    let
      # A new instance, like everything that is evaluated, so that its values are garbage afterwards.
      fresh = configuration.extendModules { modules = [ ]; };
      own = fresh._module or fresh.config._module or { };
      taken = reservedArgs ++ attrNames (own.specialArgs or { }) ++ attrNames (own.args or { });
      duplicates = filter (name: elem name taken) (attrNames specialArgs);
    in
    if duplicates == [ ] then
      specialArgs
    else
      throw "specialArgs.${head duplicates}: the configuration already has an argument of this name; choose another name";

  # `modules` are those of the row, as NixOS takes them.
  extended =
    configuration: row: modules:
    if modules == [ ] && row.specialArgs == { } then
      # A new instance of the same configuration: its values are garbage after the row, the flake's own would stay.
      if configuration ? extendModules then configuration.extendModules { modules = [ ]; } else configuration
    else if configuration ? extendModules then
      configuration.extendModules {
        inherit modules;
        specialArgs = if row.specialArgs == { } then { } else withoutCollision configuration row.specialArgs;
      }
    else
      throw "${row.name} cannot be extended: it has no extendModules; make it with nixpkgs.lib.nixosSystem";
in
{
  inherit extended prioritise;
}
