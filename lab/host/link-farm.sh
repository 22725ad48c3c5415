#!/bin/sh
# Links into DIRECTORY the programs of exactly the packages that every NixOS has, under the path that they have in a host.
set -eu
directory=${1:?}

dpkg-query -L bash coreutils util-linux util-linux-extra mount bsdutils procps gawk grep sed zstd systemd nix-bin 2>/dev/null |
  sed -nE 's|^(/usr)?(/s?bin/[^/]+)$|/lab/usr\2|p' | xargs ln -sf -t "$directory"
ln -sf /lab/usr/bin/gawk "$directory/awk"
ln -sf /lab/usr/bin/bash "$directory/sh"
