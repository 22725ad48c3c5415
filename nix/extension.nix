/**
  How a configuration is extended by what a row adds to it.
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

  # extendModules would replace an argument of the same name without a word.
  withoutCollision =
    configuration: specialArgs:
    let
      # Anew, as all that is evaluated: it is let go.
      fresh = configuration.extendModules { modules = [ ]; };
      own = fresh._module or fresh.config._module or { };
      taken = reservedArgs ++ attrNames (own.specialArgs or { }) ++ attrNames (own.args or { });
      twice = filter (name: elem name taken) (attrNames specialArgs);
    in
    if twice == [ ] then
      specialArgs
    else
      throw "specialArgs.${head twice}: the configuration has an argument of this name already; choose another name";

  # `modules` are those of the row, as NixOS takes them.
  extended =
    configuration: row: modules:
    if modules == [ ] && row.specialArgs == { } then
      # The same configuration anew: this one's values are let go with the row, the flake's own would stay in memory.
      if configuration ? extendModules then configuration.extendModules { modules = [ ]; } else configuration
    else if configuration ? extendModules then
      configuration.extendModules {
        inherit modules;
        specialArgs = if row.specialArgs == { } then { } else withoutCollision configuration row.specialArgs;
      }
    else
      throw "${row.name} can't be extended: it has no extendModules, which nixpkgs.lib.nixosSystem gives";
in
{
  inherit extended prioritise;
}
