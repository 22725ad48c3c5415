/**
  An option's value as data, or why there is none: OptionAnswer in lib/evaluation/request/wants.ts.
*/
{ text }:
let
  inherit (builtins)
    attrNames
    elemAt
    foldl'
    genList
    isAttrs
    isFunction
    isInt
    isList
    isPath
    length
    mapAttrs
    ;

  deepest = 64;

  # Beyond it the numbers of JSON's readers have gaps.
  largest = 9007199254740991;

  # What JSON cannot carry of a value, with its place; null when there is no such thing.
  problem =
    depth: path: value:
    let
      inside = names: get: foldl' (found: name: if found != null then found else get name) null names;
      place = if path == "" then "" else " at ${path}";
    in
    if isFunction value then
      { unsupported = "a function${place}"; }
    else if depth > deepest then
      { unsupported = "nested deeper than ${toString deepest} levels at ${path}"; }
    else if isInt value && (value > largest || value < -largest) then
      { inexact = "${toString value}${place}"; }
    else if isList value then
      inside (genList (index: index) (length value)) (
        index: problem (depth + 1) "${path}[${toString index}]" (elemAt value index)
      )
    else if isAttrs value && !(value ? outPath || value ? __toString) then
      inside (attrNames value) (name: problem (depth + 1) "${path}.${name}" value.${name})
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

  # A missing option is an answer too: a typo is no reason to evaluate the row again.
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
      refused = problem 0 "" found.value;
    in
    if found ? missing then
      { inherit (found) missing; }
    else if refused != null then
      refused
    else
      { value = plain found.value; };
in
option
