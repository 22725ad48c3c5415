# Secrets that a deployment delivers to the host at apply, for services to read at run time. They are files on ramfs,
# outside the store: neither a derivation nor a list of processes nor the swap has them.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  directory = "/run/cdktf-nixos-secrets";
  cfg = config.cdktf-nixos.secrets;
  some = lib.mkIf (cfg != { });
  unitOf = name: "cdktf-nixos-secret-${name}";
  oneshot = {
    Type = "oneshot";
    RemainAfterExit = true;
  };

  secret =
    { name, ... }:
    {
      options.path = lib.mkOption {
        type = lib.types.str;
        readOnly = true;
        default = "${directory}/current/${name}";
        description = "The file that holds the secret. Services read it at run time; it does not exist during the evaluation.";
      };
      options.unit = lib.mkOption {
        type = lib.types.str;
        readOnly = true;
        default = "${unitOf name}.service";
        description = ''
          The unit that is up when the host has the secret. A service that needs it names the unit in `requires` and
          `after`: then it does not start without the secret, and the unit says why.
        '';
      };
    };

  # What a service that needs the secret waits for.
  presence = name: {
    description = "Secret ${name}";
    wants = [ "cdktf-nixos-secrets.service" ];
    after = [ "cdktf-nixos-secrets.service" ];
    unitConfig.DefaultDependencies = false;
    serviceConfig = oneshot;
    # Units that require it would be stopped, too.
    restartIfChanged = false;
    script = ''
      if [ ! -e ${cfg.${name}.path} ]; then
        echo "the secret ${name} is not on this host;" \
          "deploy to this host to bring it, with terraform apply -replace if the plan is empty" >&2
        exit 1
      fi
    '';
  };

  usersAreMadeByUnits =
    (config.systemd.sysusers.enable or false) || (config.services.userborn.enable or false);
  userUnits = [
    "systemd-sysusers.service"
    "userborn.service"
  ];
in
{
  options.cdktf-nixos.secrets = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule secret);
    default = { };
    apply = lib.mapAttrs (import ./checked-name.nix "cdktf-nixos.secrets");
    example = lib.literalExpression "{ token = { }; }";
    description = ''
      The secrets that this configuration reads, under the names that the deployment gives them in `secrets`.
      Name a unit that reads a secret in its `restartUnits` or `reloadUnits` there: it is told when the secret changes.
    '';
  };

  # A secret belongs to a user whom perhaps only the new system has: it gets its owner when the users are there, before
  # services start. Where units make the users, they are not there yet, and a unit below does it.
  config.system.activationScripts.cdktf-nixos-secrets = lib.mkIf (cfg != { } && !usersAreMadeByUnits) {
    deps = [
      "users"
      "groups"
    ];
    text = ''
      (
      ${builtins.readFile ./give-secrets.sh}
      )
    '';
  };

  config.systemd.services = some (
    {
      cdktf-nixos-secrets = {
        description = "Delivered secrets of the system that was committed last";
        wantedBy = [ "sysinit.target" ];
        before = [ "sysinit.target" ];
        # A TPM may have sealed them.
        after = userUnits ++ [ "tpm2.target" ];
        unitConfig = {
          DefaultDependencies = false;
          RequiresMountsFor = "/var/lib/cdktf-nixos";
          # A deployment mounts it before it changes anything, so it is missing only at boot.
          ConditionPathIsMountPoint = "!${directory}";
        };
        serviceConfig = oneshot;
        restartIfChanged = false;
        path = [ pkgs.util-linux ];
        environment.DECLARED = toString (builtins.attrNames cfg);
        script = lib.concatMapStrings builtins.readFile [
          ./open-secrets.sh
          ./give-secrets.sh
          ./missing-secrets.sh
        ];
      };
    }
    // builtins.listToAttrs (
      map (name: {
        name = unitOf name;
        value = presence name;
      }) (builtins.attrNames cfg)
    )
    // lib.optionalAttrs usersAreMadeByUnits {
      cdktf-nixos-secrets-owners = {
        description = "Owners of delivered secrets";
        wantedBy = [ "sysinit-reactivation.target" ];
        before = [ "sysinit-reactivation.target" ];
        after = userUnits;
        unitConfig.DefaultDependencies = false;
        # Not RemainAfterExit: each switch starts it again.
        serviceConfig.Type = "oneshot";
        script = builtins.readFile ./give-secrets.sh;
      };
    }
  );
}
