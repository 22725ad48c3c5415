#!/bin/sh
# Runs the metadata service inside the network of a server, where it has the address that the cloud gives it.
set -eu
directory=${NETWORK_DIR:?}
node=${NODE:?}
here=$(dirname "$0")

echo $$ >"$directory/metadata.pid"
nsenter --net="$directory/netns" sh -c 'ip link set lo up; ip address replace 169.254.169.254/32 dev lo'
exec nsenter --net="$directory/netns" "$node" "$here/metadata-server.mjs" "$directory/metadata.json"
