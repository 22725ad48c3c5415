# shellcheck shell=sh disable=SC2154 # state.nix sets it
# At boot: mounts the directory that outlives restarts. Runs with coreutils and util-linux on PATH.
umask 022
mkdir -p /var/lib/cdktf-nixos "${kept%/*}"

if [ ! -d "$kept" ]; then
  rm -rf "$kept.new"
  cp -a /var/lib/cdktf-nixos "$kept.new" && sync -f "$kept.new" && mv -T "$kept.new" "$kept"
fi
mountpoint -q /var/lib/cdktf-nixos || mount --bind "$kept" /var/lib/cdktf-nixos
