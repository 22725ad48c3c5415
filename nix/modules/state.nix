# For hosts that keep only /nix across a restart: what deployments keep on the host (journal, values, sealed secrets) is put
# there, too.
{ config, lib, ... }:

let
  directory = "/var/lib/cdktf-nixos";
  kept = config.cdktf-nixos.keepStateIn;
in
{
  options.cdktf-nixos.keepStateIn = lib.mkOption {
    type = lib.types.nullOr lib.types.path;
    default = null;
    example = "/nix/persist/cdktf-nixos";
    description = ''
      A directory that outlives a restart, for hosts whose /var/lib does not. From the next boot on it is mounted as
      ${directory}. Created when missing; existing state is copied in.
    '';
  };

  # At boot only, by the activation: before its other snippets read values, and never under a deployment that is under way.
  config.system.activationScripts = lib.mkIf (kept != null) {
    "00-cdktf-nixos-state".text = ''
      if [ ! -e /run/cdktf-nixos ]; then
        (
        kept=${lib.escapeShellArg kept}
        ${builtins.readFile ./keep-state.sh}
        )
      fi
    '';
    etc.deps = [ "00-cdktf-nixos-state" ];
  };
}
