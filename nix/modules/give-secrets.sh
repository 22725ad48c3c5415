# shellcheck shell=sh
# Gives the secrets that are shown to their owners. Runs with coreutils on PATH. Never fails: the deployment checks it, too.
list=/run/cdktf-nixos-secrets/current/.files

if [ -e "$list" ]; then
  while read -r _ name owner group mode _; do
    secret=/run/cdktf-nixos-secrets/current/$name
    { chown -- "$owner:$group" "$secret" && chmod "$mode" "$secret"; } ||
      echo "cdktf-nixos: the secret $name cannot be owned by $owner:$group" >&2
  done <"$list"
fi
