#!/bin/sh
# An LXD of the lab's own: its files are below the lab's directory, its containers below the lab's cgroup. Runs until the
# lab ends.
set -eu
lxd=${LXD_DIRECTORY:?}
cgroup=${LAB_CGROUP:?}

[ "${1:-}" = apart ] || exec unshare --mount sh "$0" apart

# LXC makes cgroups in each hierarchy that it sees; the lab removes its own in these two, or in the only one.
for hierarchy in /sys/fs/cgroup/*; do
  case $hierarchy in
    */unified | */systemd) ;;
    *) if mountpoint -q "$hierarchy"; then umount "$hierarchy"; fi ;;
  esac
done
for parent in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
  [ -e "$parent/cgroup.procs" ] || continue
  mkdir -p "$parent/$cgroup"
  echo $$ >"$parent/$cgroup/cgroup.procs"
done

# The root of a container is an ordinary user of the machine, and the lab's directory is closed to such. The path has the
# name of the lab: LXC listens for commands on sockets that all LXDs of a network namespace share.
mkdir -p "$lxd"
chmod 711 "$lxd"
mount -t tmpfs -o mode=755 lab-lxd /var/lib/lxd
mkdir "/var/lib/lxd/$cgroup"
mount --bind "$lxd" "/var/lib/lxd/$cgroup"
export LXD_DIR="/var/lib/lxd/$cgroup"
exec lxd --group root --logfile "$LXD_DIR/daemon.log"
