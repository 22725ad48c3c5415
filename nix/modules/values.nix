# Values that Terraform delivers to the host at apply (an address, an id) and the configuration reads at run time.
# They are JSON files outside the store: another value changes no derivation.
{ config, lib, ... }:

let
  directory = "/var/lib/cdktf-nixos/values";
  cfg = config.cdktf-nixos.values;

  checkName =
    name: value:
    if builtins.match "[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}" name != null then
      value
    else
      throw "cdktf-nixos.values: ${builtins.toJSON name} is no name of a value: expected 1 to 64 letters, digits, dots, underscores and dashes that do not start with a dot";

  value =
    { name, ... }:
    {
      options.path = lib.mkOption {
        type = lib.types.str;
        readOnly = true;
        default = "${directory}/current/${name}.json";
        description = "The file that holds the value as JSON. It is read at run time; during the evaluation it does not exist.";
      };
    };
in
{
  options.cdktf-nixos.values = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule value);
    default = { };
    apply = lib.mapAttrs checkName;
    example = lib.literalExpression "{ dbEndpoint = { }; }";
    description = ''
      The values that this configuration reads, by the names that the deployment gives them in `values`.
      A unit that reads one is named there in `restartUnits`, so that it sees a change.
    '';
  };

  # A deployment shows its new values when it activates the new system and makes them lasting when it has proved that
  # the machine can be reached. A machine that loses power in between boots its old system: with its old values.
  config.systemd.services.cdktf-nixos-values = lib.mkIf (cfg != { }) {
    description = "Values of the system that was deployed last";
    wantedBy = [ "sysinit.target" ];
    before = [ "sysinit.target" ];
    unitConfig = {
      DefaultDependencies = false;
      RequiresMountsFor = directory;
      # A deployment creates it before it changes anything: only a boot comes here without it.
      ConditionPathExists = "!/run/cdktf-nixos";
    };
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
    };
    script = builtins.readFile ./values.sh;
  };
}
