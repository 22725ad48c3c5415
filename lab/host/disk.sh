#!/bin/sh
# The host's disk and store: in memory, or on one real file system that forgets in a power cut what was not synced.
#   make    lays them out           stop    the power is cut: nothing more reaches the disk
#   insert  after `stop`: mounts what did reach it
set -eu
host=${HOST_DIR:?}
kind=${HOST_DISK:?}
store_mib=${HOST_STORE_MIB:?}
state_mib=${HOST_STATE_MIB:?}

# One file system for both: a sync of the store is a sync of all, as on a machine with one disk.
mount_media() {
  mount -t ext4 -o loop "$host/backing/image" "$host/media"
  mkdir -p "$host/media/disk" "$host/media/store"
  mount --bind "$host/media/disk" "$host/disk"
  mount --bind "$host/media/store" "$host/store"
}

# Outlives a power cut as the disk in memory does.
mount_state() {
  mkdir -p "$host/disk/var/lib"
  mount -t tmpfs -o "size=${state_mib}m,mode=755" lab-state "$host/disk/var/lib"
}

make() {
  mkdir -p "$host/disk" "$host/store"
  if [ "$kind" = memory ]; then
    mount -t tmpfs -o size=128m,mode=755 lab-disk "$host/disk"
    mount -t tmpfs -o "size=${store_mib}m,mode=755" lab-store "$host/store"
    [ "$state_mib" = 0 ] || mount_state
    return
  fi
  mkdir -p "$host/backing" "$host/media"
  mount -t tmpfs -o mode=700 lab-backing "$host/backing"
  truncate -s "$((store_mib + 128))M" "$host/backing/image"
  mkfs.ext4 -q -F -m 0 -J size=8 -E lazy_itable_init=1,lazy_journal_init=1 "$host/backing/image"
  mount_media
}

# EXT4_IOC_SHUTDOWN without a flush of the log (2): what the kernel holds in memory is lost, as without power.
stop() {
  # shellcheck disable=SC2016 # the variables are perl's
  perl -e 'open(my $disk, "<", $ARGV[0]) or die; my $how = pack("L", 2); ioctl($disk, 0x8004587d, $how) or die "$!\n"' "$host/media"
}

insert() {
  umount "$host/store"
  umount "$host/disk"
  umount "$host/media"
  mount_media
}

"${1:?}"
