/**
  Evaluates the rows of a request, one after another, and reports each as a line of trace when it is finished: the
  caller has the answers of all rows before one that ends the process. Nothing of a row outlives its report, so that
  a hundred machines need little more memory than one.

  Rows are described in lib/evaluation/request/row.ts, wants and their answers in lib/evaluation/request/wants.ts,
  events in lib/evaluation/run/events.ts; tests: test/evaluation/.
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

  # `nonce` is a word that the caller made up for this process. Nothing that is evaluated can know it, so no trace of a
  # configuration passes for an event.
  report = nonce: event: trace "@cdktf-nixos ${nonce} ${toJSON event}";

  showPath = concatStringsSep ".";

  # The value at a path below `root`, or an error with the names that exist where the path ends.
  reach =
    name: root: path:
    foldl' (
      set: index:
      let
        step = elemAt path index;
        at = if index == 0 then name else showPath (genList (elemAt path) index);
        known = if isAttrs set then attrNames set else [ ];
        listed = genList (elemAt known) (if length known > 20 then 20 else length known);
      in
      if isAttrs set && set ? ${step} then
        set.${step}
      else
        throw "attribute '${showPath path}' missing: ${at} has ${
          if listed == [ ] then "no attributes" else concatStringsSep ", " listed
        }${if length known > 20 then ", ..." else ""}"
    ) root (genList (index: index) (length path));

  select = source: reach "the flake" sources.${source}.outputs;

  # `#web.example.com` is three names. When the flake has a configuration of that one name, say how it is written.
  selectConfiguration =
    source: path:
    let
      name = showPath path;
      inherit (sources.${source}) outputs;
      isOneName = length path > 1 && !(outputs ? ${elemAt path 0}) && outputs ? nixosConfigurations.${name};
    in
    if isOneName then
      throw "attribute '${name}' missing: the flake has nixosConfigurations.\"${name}\"; quote a name with dots: #\"${name}\""
    else
      select source path;

  # Refuses a configuration that is not one of NixOS: nix-darwin, for example, has a `toplevel`, too. Older versions of
  # Home Manager do not name their class.
  nixos =
    configuration:
    let
      unnamed = if configuration ? activationPackage then "homeManager" else "nixos";
      given = configuration.class or null;
      class = if given == null then unnamed else given;
    in
    if class == "nixos" then
      configuration
    else
      throw "it is a configuration of the class ${toString class}, which no NixOS host can run";

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

  wants = import ./wants.nix { inherit text reach; };

  # What a row evaluates, by its kind.
  subjects = {
    flake = row: extended (nixos (selectConfiguration row.source row.attribute)) row (map module row.modules);
    file = row: extended (fromFile row) row (map module row.modules);
    package = row: select row.source row.attribute;
    names = row: sources.${row.source}.outputs;
  };

  # The answers, in the order of the wants. `note` gets the index of each, and its answer.
  answers =
    note: row:
    let
      subject = subjects.${row.kind} row;
    in
    genList (
      index:
      let
        want = elemAt row.wants index;
      in
      note index want subject (wants.${want.kind} row subject want)
    ) (length row.wants);

  result = note: id: answers note request.rows.${id};

  # Reports what is evaluated. An option comes when the configuration itself is there: what fails then is its own.
  noteWant =
    nonce: index: want: subject: answer:
    seq (if want.kind == "option" then subject.config or null else null) (report nonce { want = index; } answer);

  # tryEval drops the message: a failed row is evaluated again, alone and unguarded, for Nix's own error.
  guarded =
    nonce: id:
    let
      attempt = tryEval (
        let
          ok = result (noteWant nonce) id;
        in
        deepSeq ok (toJSON ok)
      );
    in
    report nonce { begin = id; } (
      if attempt.success then
        report nonce {
          row = id;
          # The text of the values, not the values, which are garbage now.
          ok = attempt.value;
        } true
      else
        report nonce {
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
  # from.<id> <nonce>: reports this row and all after it.
  from = byId (
    first: nonce:
    foldl' (count: index: seq (guarded nonce (elemAt request.order (first + index))) (count + 1)) 0 (
      genList (index: index) (length request.order - first)
    )
  );

  # nixpkgs.<id>: the folder of the nixpkgs that the row of a file was given.
  nixpkgs = byId (index: text (nixpkgs request.rows.${elemAt request.order index}.nixpkgs));

  # rows.<id>: this row alone, in Nix's own words when it fails.
  rows = byId (index: result (_: _: _: answer: answer) (elemAt request.order index));
}
