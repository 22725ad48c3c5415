#!/bin/sh
# PID 1 of a lab: all its hosts live in this process' PID and mount namespaces, so the kernel ends them with it, also
# after kill -9. It waits for the end of its input, which the test process holds, and then takes the lab apart.
set -u
lab=${LAB_DIR:?}
cgroup=${LAB_CGROUP:?}
here=$(dirname "$0")

# Held until the end; a later lab takes apart what is left of a lab whose lock is free (sweep.sh).
exec 9>"$lab/lock"
flock 9 || exit 1

# Each systemd watches files by some of these; the usual 128 of a machine are enough for about 15 hosts. The first lab
# raises the limit, the last one takes it back: as long as a lab runs it holds a shared lock.
limit=/proc/sys/fs/inotify/max_user_instances
remembered=/run/cdktf-nixos-lab.limit
exec 8<>"$remembered"
flock -s 8
usual=$(cat "$limit")
if [ "$usual" -lt 1024 ] && echo 1024 2>/dev/null >"$limit"; then
  echo "$usual" >&8
fi
echo ready

while read -r _; do :; done

# As PID 1 of a namespace this reaches every process of the lab and none outside.
kill -KILL -1 2>/dev/null
wait
flock -u 8
if flock -n 8 && read -r usual <"$remembered"; then
  echo "$usual" >"$limit"
  : >"$remembered"
fi
LAB_DIR=$lab LAB_CGROUP=$cgroup sh "$here/dismantle.sh"
