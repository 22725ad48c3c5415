/**
  Evaluates the rows of a request, one after another, and reports each as a line of trace when it is finished: the
  caller has the results of all rows before one that ends the process. Nothing of a row outlives its report, so that
  a hundred machines need little more memory than one.

  Rows and results are described in lib/evaluation/row.ts, the events in lib/evaluation/evaluator-process.ts; tests:
  test/evaluation/.
*/
{
  # What request.json holds.
  request,
  # Flakes by the names that rows use.
  sources,
  # The folder of the request: staged module files are below it.
  staged,
}:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    deepSeq
    elem
    elemAt
    filter
    foldl'
    genList
    head
    isAttrs
    isFunction
    isList
    isPath
    length
    listToAttrs
    mapAttrs
    seq
    toJSON
    trace
    tryEval
    unsafeDiscardStringContext
    ;

  say = event: trace "@cdktf-nixos ${toJSON event}";

  showPath = concatStringsSep ".";

  # The attribute of a flake, with the names that there are when it is missing.
  select =
    source: path:
    foldl' (
      set: index:
      let
        name = elemAt path index;
        at = if index == 0 then "the flake" else showPath (genList (elemAt path) index);
        known = if isAttrs set then attrNames set else [ ];
        listed = genList (elemAt known) (if length known > 20 then 20 else length known);
      in
      if isAttrs set && set ? ${name} then
        set.${name}
      else
        throw "attribute '${showPath path}' missing: ${at} has ${
          if listed == [ ] then "no attributes" else concatStringsSep ", " listed
        }${if length known > 20 then ", ..." else ""}"
    ) sources.${source}.outputs (genList (index: index) (length path));

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

  module =
    given:
    {
      # Under `config`, so that keys named imports or options are data too.
      config = {
        _file = given.label;
        config = if given ? priority then prioritise given.priority given.config else given.config;
      };
      file = staged + "/${given.file}";
      inFlake = sources.${given.source} + "/${given.path}";
      flake = select given.source given.attribute;
    }
    .${given.kind};

  nixpkgs =
    given:
    {
      nixPath = <nixpkgs>;
      path = absolute given.path;
      tarball = fetchTarball { inherit (given) url sha256; };
    }
    .${given.kind};

  # A row's path is absolute or relative to the staged request.
  absolute = path: if builtins.substring 0 1 path == "/" then /. + path else staged + "/${path}";

  fromFile =
    row:
    import (nixpkgs row.nixpkgs + "/nixos/lib/eval-config.nix") {
      inherit (row) system;
      modules = [ (absolute row.file) ];
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

  extended =
    configuration: row:
    if row.modules == [ ] && row.specialArgs == { } then
      # The same configuration anew: this one's values are let go with the row, the flake's own would stay in memory.
      if configuration ? extendModules then configuration.extendModules { modules = [ ]; } else configuration
    else if configuration ? extendModules then
      configuration.extendModules {
        modules = map module row.modules;
        specialArgs = if row.specialArgs == { } then { } else withoutCollision configuration row.specialArgs;
      }
    else
      throw "${row.name} can't be extended: it has no extendModules, which nixpkgs.lib.nixosSystem gives";

  text = value: unsafeDiscardStringContext (toString value);

  toplevel =
    row: configuration:
    let
      build =
        configuration.config.system.build.toplevel
          or (throw "${row.name} is no NixOS configuration: it has no config.system.build.toplevel");
    in
    {
      drv = text build.drvPath;
      out = text build.outPath;
      system = text (configuration.pkgs.stdenv.hostPlatform.system or build.system);
      switchable = configuration.config.system.switch.enable or true;
    };

  deepest = 64;

  # Where a value holds what JSON can't carry: a text, or null.
  unsupported =
    depth: path: value:
    let
      inside = names: get: foldl' (found: name: if found != null then found else get name) null names;
    in
    if isFunction value then
      "a function${if path == "" then "" else " at ${path}"}"
    else if depth > deepest then
      "nested deeper than ${toString deepest} levels at ${path}"
    else if isList value then
      inside (genList (index: index) (length value)) (
        index: unsupported (depth + 1) "${path}[${toString index}]" (elemAt value index)
      )
    else if isAttrs value && !(value ? outPath || value ? __toString) then
      inside (attrNames value) (name: unsupported (depth + 1) "${path}.${name}" value.${name})
    else
      null;

  # Packages become their output path; toJSON would copy paths into the store.
  plain =
    value:
    if isList value then
      map plain value
    else if isAttrs value then
      if value ? outPath then
        text value.outPath
      else if value ? __toString then
        text value
      else
        mapAttrs (_: plain) value
    else if isPath value || builtins.isString value then
      text value
    else
      value;

  # An option that is not there is a result too: one typo is no reason to evaluate the row again.
  option =
    configuration: path:
    let
      found = foldl' (
        found: name:
        if found ? missing then
          found
        else if isAttrs found.value && found.value ? ${name} then
          {
            at = found.at ++ [ name ];
            value = found.value.${name};
          }
        else
          {
            missing = {
              inherit (found) at;
              names = if isAttrs found.value then attrNames found.value else null;
            };
          }
      ) { at = [ ]; value = configuration.config; } path;
      problem = unsupported 0 "" found.value;
    in
    if found ? missing then
      { inherit (found) missing; }
    else if problem != null then
      { unsupported = problem; }
    else
      { value = plain found.value; };

  # The names of the values that nix/modules/values.nix lets a configuration declare; null where it is not imported.
  declaredValues =
    configuration:
    let
      values = configuration.config.cdktf-nixos.values or null;
    in
    if isAttrs values then attrNames values else null;

  kinds = {
    flake = row: configurationRow row (select row.source row.attribute);
    file = row: configurationRow row (fromFile row);
    package =
      row:
      let
        package = select row.source row.attribute;
      in
      {
        drv = text (package.drvPath or (throw "${row.name} is no derivation"));
        out = text package.outPath;
      };
    names = row: { names = attrNames (sources.${row.source}.outputs.nixosConfigurations or { }); };
  };

  configurationRow =
    row: given:
    let
      configuration = extended given row;
    in
    (if row.want.toplevel then toplevel row configuration else { })
    // (if row.want.values then { values = declaredValues configuration; } else { })
    // {
      options = map (option configuration) row.want.options;
    };

  result = id: kinds.${request.rows.${id}.kind} request.rows.${id};

  # tryEval drops the message: a failed row is evaluated again, alone and unguarded, for what Nix says.
  guarded =
    id:
    let
      attempt = tryEval (
        let
          ok = result id;
        in
        deepSeq ok (toJSON ok)
      );
    in
    say { begin = id; } (
      if attempt.success then
        say {
          row = id;
          # The text of the values, not the values: they are let go.
          ok = attempt.value;
        } true
      else
        say {
          row = id;
          failed = true;
        } true
    );

  byId =
    make:
    listToAttrs (
      genList (index: {
        name = elemAt request.order index;
        value = make index;
      }) (length request.order)
    );
in
{
  # from.<id>: reports this row and all after it.
  from = byId (
    first:
    foldl' (count: index: seq (guarded (elemAt request.order (first + index))) (count + 1)) 0 (
      genList (index: index) (length request.order - first)
    )
  );

  # rows.<id>: this row alone, in Nix's own words when it fails.
  rows = byId (index: result (elemAt request.order index));
}
