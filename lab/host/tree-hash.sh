#!/bin/sh
# One hash of everything on a host that only a deploy may change: names, kinds, modes, owners, contents and targets.
# Left out: logs, temporary files, what shells and nix write about themselves, and the database's own files.
set -u

files() {
  find /boot /etc /home /root /srv /var -xdev \
    \( -path /var/log -o -path /var/tmp -o -path /var/lib/systemd -o -path '*/.cache' -o -path '*/.config' \
    -o -path '*/.local' -o -path /etc/mtab \) -prune -o "$@"
}

{
  files -printf '%p %y %#m %U %G %l\n'
  files -type f -print | LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum
  find /nix/var/nix/profiles /nix/var/nix/gcroots -printf '%p %y %l\n' 2>/dev/null
  [ ! -e /nix/var/nix/db ] || nix-store --dump-db
  readlink /run/current-system /run/booted-system
} | LC_ALL=C sort | sha256sum | cut -d ' ' -f 1
