#!/bin/sh
# Makes a network namespace and a link between it and the machine, below a directory. Prints the address inside.
set -eu
directory=${1:?}

# The machine's end of the link is made under a name of its own: making it is the lock on its addresses.
# 198.18.0.0/15 is for tests between networks (RFC 2544): no real network uses it.
: >"$directory/netns"
unshare --net="$directory/netns" true
index=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
index=$((index % 16384))
tries=0
# In the lab's PID namespace 1 is the keeper, which is in the machine's network namespace.
until nsenter --net="$directory/netns" ip link add eth0 type veth peer name "cnl$index" netns 1 2>"$directory/link-error"; do
  tries=$((tries + 1))
  [ "$tries" -lt 50 ] || { cat "$directory/link-error" >&2; exit 1; }
  index=$(((index + 1) % 16384))
done
printf 'cnl%s\n' "$index" >"$directory/link"
net=198.18.$((index / 64)).$((index % 64 * 4))
last=$((index % 64 * 4))
net=${net%.*}
ip address add "$net.$((last + 1))/30" dev "cnl$index"
ip link set "cnl$index" up
# The card is up before the power is on: the machine's first look for it would otherwise cost a second (ARP).
nsenter --net="$directory/netns" ip address add "$net.$((last + 2))/30" dev eth0
nsenter --net="$directory/netns" ip link set eth0 up
printf '%s/30\n' "$net.$((last + 2))"
