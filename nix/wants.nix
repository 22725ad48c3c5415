/**
  What can be wanted of a row, by the `kind` of a want. Each function takes the row, what the row evaluates (a
  configuration, a package, a flake's outputs) and the want itself, and gives the answer as JSON carries it. An answer
  with `drv` and `out` is a derivation.

  The wants and the types of their answers are in lib/evaluation/request/wants.ts.
*/
{ text, reach }:
let
  inherit (builtins)
    attrNames
    filter
    isAttrs
    match
    ;

  option = import ./option-value.nix { inherit text; };
  image = import ./image.nix { inherit text; };
in
{
  toplevel =
    row: configuration: _:
    let
      build =
        configuration.config.system.build.toplevel
          or (throw "${row.name} is not a NixOS configuration: it has no config.system.build.toplevel");
      platform = configuration.pkgs.stdenv.hostPlatform.system or null;
    in
    if platform != null && match ".*-linux" platform == null then
      throw "it is a system for ${platform}, which no NixOS host can run"
    else
      {
        drv = text build.drvPath;
        out = text build.outPath;
        system = text (if platform == null then build.system else platform);
        switchable = configuration.config.system.switch.enable or true;
      };

  option = _: configuration: want: option configuration want.path;

  inherit image;

  # The names of the values that nix/modules/values.nix lets a configuration declare; null where it is not imported.
  declaredValues =
    _: configuration: _:
    let
      values = configuration.config.cdktf-nixos.values or null;
    in
    if isAttrs values then attrNames values else null;

  # The names of the secrets that nix/modules/secrets.nix lets a configuration declare; null where it is not imported.
  declaredSecrets =
    _: configuration: _:
    let
      secrets = configuration.config.cdktf-nixos.secrets or null;
    in
    if isAttrs secrets then attrNames secrets else null;

  # What nix/modules/first-boot.nix is to do; null where it is not imported.
  firstBoot =
    _: configuration: _:
    let
      firstBoot = configuration.config.cdktf-nixos.firstBoot or null;
    in
    if isAttrs firstBoot then
      {
        enabled = firstBoot.enable;
        source = firstBoot.source;
      }
    else
      null;

  # The names of the users and groups that a configuration declares; programs on the host may know others.
  accounts =
    _: configuration: _:
    let
      users = configuration.config.users.users or null;
      groups = configuration.config.users.groups or null;
      made = set: filter (name: set.${name}.enable or true) (attrNames set);
      names = set: map (name: text (set.${name}.name or name)) (made set);
    in
    if isAttrs users && isAttrs groups then
      {
        users = names users;
        groups = names groups;
      }
    else
      null;

  # The full names of the units that a configuration declares; packages and generators bring others.
  units =
    _: configuration: _:
    let
      units = configuration.config.systemd.units or null;
    in
    if isAttrs units then attrNames units else null;

  derivation =
    row: subject: want:
    let
      found = reach row.name subject want.path;
    in
    {
      drv = text (found.drvPath or (throw "${row.name} is not a derivation"));
      out = text found.outPath;
    };

  configurationNames =
    _: outputs: _:
    attrNames (outputs.nixosConfigurations or { });
}
