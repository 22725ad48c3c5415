#!/bin/sh
# Turns the power on: new namespaces around the host's disk, then its boot program as their PID 1. Runs until power off.
set -eu
host=${HOST_DIR:?}
shape=${HOST_SHAPE:?}
cgroup=${HOST_CGROUP:?}
here=$(dirname "$0")

set -- --mount --pid --uts --ipc
if [ "$shape" != plain ]; then
  set -- "$@" --cgroup
  for parent in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
    # Only hierarchies that systemd uses: the second one, or on hybrid machines the first two.
    [ -e "$parent/cgroup.procs" ] || continue
    mkdir -p "$parent/$cgroup"
    echo $$ >"$parent/$cgroup/cgroup.procs"
  done
fi
exec nsenter --net="$host/netns" unshare "$@" --fork --kill-child sh "$here/enter-disk.sh"
