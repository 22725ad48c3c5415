# The first boot of a new server, whose first login is checked like any other: the server makes a bootstrap host key of a seed
# in its user data, and prepares the lasting one. docs/trust.md has the whole way.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.cdktf-nixos.firstBoot;
  # By the name of the source. A server without user data gets 404 there.
  userData = {
    hetzner = "http://169.254.169.254/hetzner/v1/userdata";
  };
  candidates = builtins.filter (key: key.type == "ed25519") (
    config.services.openssh.hostKeys or [ ]
  );
  key = if candidates == [ ] then "" else toString (builtins.head candidates).path;
  unit = "cdktf-nixos-first-boot.service";
in
{
  options.cdktf-nixos.firstBoot = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = ''
        Whether a new server takes its first ssh host key from a seed in its user data. Nothing is done on a host whose user
        data has no seed, or that has a host key already.
      '';
    };
    source = lib.mkOption {
      type = lib.types.nullOr (lib.types.enum (builtins.attrNames userData));
      default = null;
      description = "The cloud whose metadata service has the user data.";
    };
    waitSeconds = lib.mkOption {
      type = lib.types.ints.positive;
      default = 60;
      description = ''
        How long sshd waits in the first boot for a metadata service that does not answer. Then sshd starts with a host key
        of its own, by which nobody knows the host.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = cfg.source != null;
        message = ''cdktf-nixos.firstBoot.source is not set: name the cloud of the host, for example "hetzner"'';
      }
      {
        assertion = key != "";
        message = "cdktf-nixos.firstBoot: services.openssh.hostKeys has no key of type ed25519";
      }
    ];

    # The deployer asks the host for it.
    environment.etc."cdktf-nixos/host-key".text = "${key}\n";

    systemd.services = {
      cdktf-nixos-first-boot = {
        description = "Host key of the first boot";
        wantedBy = [ "multi-user.target" ];
        # The script waits for the network itself, and only in the first boot: a unit that wants network-online.target would
        # hold up every boot.
        after = [ "network.target" ];
        before = [
          "sshd-keygen.service"
          "sshd.service"
        ];
        unitConfig = {
          ConditionPathExists = "!${builtins.dirOf key}/cdktf-nixos-host-key/taken";
          RequiresMountsFor = builtins.dirOf key;
        };
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
        };
        restartIfChanged = false;
        path = [
          pkgs.curl
          pkgs.openssh
          pkgs.openssl
        ];
        environment = {
          KEY = key;
          USER_DATA = if cfg.source == null then "" else userData.${cfg.source};
          WAIT_SECONDS = toString cfg.waitSeconds;
        };
        script = builtins.readFile ./first-boot.sh;
      };
    }
    // lib.optionalAttrs (config.services.openssh.startWhenNeeded or false) {
      "sshd@".after = [ unit ];
    };
  };
}
