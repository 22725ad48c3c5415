#!/bin/sh
# Networks of servers. An address is a link between the machine and a network namespace; it is parked in one of its own,
# and moves to that of a server, which outlives the hosts that the server is in turn.
#   make DIRECTORY        a network namespace without an address
#   take DIRECTORY        an address, parked; prints it
#   move FROM TO          moves the address from one directory to another
#   remove DIRECTORY      ends a namespace, and the address in it
set -eu
here=$(dirname "$0")

make() {
  mkdir "$1"
  : >"$1/netns"
  unshare --net="$1/netns" true
  : >"$1/link"
  : >"$1/address"
}

take() {
  mkdir "$1"
  sh "$here/../../host/make-link.sh" "$1" | tee "$1/address"
}

move() {
  nsenter --net="$1/netns" ip link set eth0 netns "$2/netns"
  cp "$1/address" "$1/link" "$2/"
  read -r address <"$2/address"
  nsenter --net="$2/netns" ip address add "$address" dev eth0
  nsenter --net="$2/netns" ip link set eth0 up
  : >"$1/address"
}

remove() {
  if [ -s "$1/metadata.pid" ]; then
    read -r pid <"$1/metadata.pid"
    kill "$pid" 2>/dev/null || true
  fi
  umount -l "$1/netns"
  rm -rf --one-file-system "$1"
}

verb=${1:?}
shift
"$verb" "$@"
