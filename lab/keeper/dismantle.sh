#!/bin/sh
# Removes what a lab leaves outside its namespaces: links, mounts, cgroups, its directory. Its processes are gone.
set -u
lab=${LAB_DIR:?}
cgroup=${LAB_CGROUP:?}

for host in "$lab"/hosts/*; do
  [ -d "$host" ] || continue
  if [ -s "$host/link" ]; then
    read -r link <"$host/link"
    ip link delete "$link" 2>/dev/null
  fi
  for mounted in netns store disk media backing; do
    while umount -l "$host/$mounted" 2>/dev/null; do :; done
  done
done

for parent in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
  [ -d "$parent/$cgroup" ] || continue
  # A process that was just killed still counts for a moment.
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    find "$parent/$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$parent/$cgroup" ] || break
    sleep 0.1
  done
done

# The lock goes last: what can't be removed now is found again by it.
rm -rf --one-file-system "$lab/hosts" && rm -rf "$lab"
