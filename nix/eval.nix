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
    elemAt
    foldl'
    genList
    isAttrs
    length
    listToAttrs
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

  text = value: unsafeDiscardStringContext (toString value);

  inherit (import ./extension.nix) extended prioritise;

  option = import ./option-value.nix { inherit text; };

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
      configuration = extended given row (map module row.modules);
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
