#!/bin/sh
# Gives a new host what is on a raw image of the stand-in distribution: a tar behind the first MiB, with the store paths
# of a system, their registration, and which of them is the system. The host starts with nothing else of its own.
set -eu
host=${HOST_DIR:?}
image=${HOST_IMAGE:?}
stage=$host/unpacked
state=$host/store/var/nix

mkdir -p "$stage" "$state/profiles"
ln -s "$host/store" "$stage/nix"
dd if="$image" bs=1M skip=1 status=none | tar -x --keep-directory-symlink -C "$stage"
read -r toplevel <"$stage/toplevel"
HOME=/root NIX_REMOTE=local NIX_STATE_DIR=$state NIX_LOG_DIR=$host/store/var/log/nix \
  nix-store --option build-users-group '' --load-db <"$stage/registration"
ln -s "$toplevel" "$state/profiles/system-1-link"
ln -s system-1-link "$state/profiles/system"
printf '%s\n' "$toplevel" >"$host/disk/boot/default"
: >"$host/disk/etc/NIXOS"
rm -r "$host/disk/etc/ssh/ssh_host_ed25519_key" "$host/disk/etc/ssh/ssh_host_ed25519_key.pub" "$stage"
