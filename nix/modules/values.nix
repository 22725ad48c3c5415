# Values that Terraform delivers to the host at apply (an address, an id), for services to read at run time.
# They are JSON files outside the store, so a new value changes no derivation.
{ config, lib, ... }:

let
  directory = "/var/lib/cdktf-nixos/values";
  cfg = config.cdktf-nixos.values;
  showCommitted = builtins.readFile ./show-committed.sh;

  value =
    { name, ... }:
    {
      options.path = lib.mkOption {
        type = lib.types.str;
        readOnly = true;
        default = "${directory}/current/${name}.json";
        description = "The file that holds the value as JSON. Services read it at run time; it does not exist during the evaluation.";
      };
    };
in
{
  options.cdktf-nixos.values = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule value);
    default = { };
    apply = lib.mapAttrs (import ./checked-name.nix "cdktf-nixos.values");
    example = lib.literalExpression "{ dbEndpoint = { }; }";
    description = ''
      The values that this configuration reads, under the names that the deployment gives them in `values`.
      Name a unit that reads a value in its `restartUnits` there: the unit is then restarted when the value changes.
    '';
  };

  # A deployment shows its new values when it activates the new system, and commits them once a new login has proved the
  # system. A machine that loses power in between boots its old system, and must then show its old values: to the activation
  # of that system, which may copy them into /etc, and to services, also where /var is mounted later than the activation.
  config.system.activationScripts = lib.mkIf (cfg != { }) {
    # Snippets are sorted by name unless they depend on each other: this one comes before others that read values, too.
    "00-cdktf-nixos-values".text = ''
      if [ ! -e /run/cdktf-nixos ]; then
        (
        ${showCommitted}
        )
      fi
    '';
    etc.deps = [ "00-cdktf-nixos-values" ];
  };

  config.systemd.services.cdktf-nixos-values = lib.mkIf (cfg != { }) {
    description = "Delivered values of the system that was committed last";
    wantedBy = [ "sysinit.target" ];
    before = [ "sysinit.target" ];
    unitConfig = {
      DefaultDependencies = false;
      RequiresMountsFor = directory;
      # A deployment creates it before it changes anything, so it is missing only at boot.
      ConditionPathExists = "!/run/cdktf-nixos";
    };
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
    };
    environment.DECLARED = toString (builtins.attrNames cfg);
    script = showCommitted + builtins.readFile ./values.sh;
  };
}
