#!/bin/sh
# Removes a host that is off from its lab: what is mounted, its cgroup, its directory.
set -u
host=${HOST_DIR:?}
cgroup=${HOST_CGROUP:?}

for mounted in netns store disk media backing; do
  while umount -l "$host/$mounted" 2>/dev/null; do :; done
done
for parent in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
  [ ! -d "$parent/$cgroup" ] || find "$parent/$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null
done
rm -rf --one-file-system "$host"
