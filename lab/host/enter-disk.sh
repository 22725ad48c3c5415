#!/bin/sh
# PID 1 of a host until its disk is the root: mounts what a kernel and an initrd would, then becomes the boot program.
set -eu
host=${HOST_DIR:?}
shape=${HOST_SHAPE:?}
disk=$host/disk

mount --make-rprivate /
mount --bind "$host/store" "$disk/nix"
usr=$disk/usr
[ "$shape" != nixos ] || usr=$disk/lab/usr
mount --bind /usr "$usr"
mount -o remount,bind,ro "$usr"
mount -t tmpfs -o size=64m,mode=755 run "$disk/run"
mount -t tmpfs -o size=64m,mode=1777 tmp "$disk/tmp"
mount -t tmpfs -o size=1m,mode=755 dev "$disk/dev"
for device in null zero full random urandom tty; do
  : >"$disk/dev/$device"
  mount --bind "/dev/$device" "$disk/dev/$device"
done
if [ -n "${HOST_SDA:-}" ]; then
  sda=$(losetup --find --show "$HOST_SDA")
  # This process becomes the host's PID 1, and the device ends with the last process that has it open.
  exec 7<>"$sda"
  losetup --detach "$sda"
  : >"$disk/dev/sda"
  mount --bind "$sda" "$disk/dev/sda"
fi
ln -s /proc/self/fd "$disk/dev/fd"
ln -s /proc/self/fd/0 "$disk/dev/stdin"
ln -s /proc/self/fd/1 "$disk/dev/stdout"
ln -s /proc/self/fd/2 "$disk/dev/stderr"
mkdir "$disk/dev/pts" "$disk/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$disk/dev/pts"
ln -s pts/ptmx "$disk/dev/ptmx"
mount -t tmpfs -o size=16m,mode=1777 shm "$disk/dev/shm"
mount -t proc proc "$disk/proc"
# The kernel behind these is the machine's own: a host may look, not set.
mount --bind "$disk/proc/sys" "$disk/proc/sys"
mount -o remount,bind,ro "$disk/proc/sys"
# Each boot has an identity of its own, as each boot of a kernel has.
cat /proc/sys/kernel/random/uuid >"$disk/run/boot-id"
mount --bind "$disk/run/boot-id" "$disk/proc/sys/kernel/random/boot_id"
rm "$disk/run/boot-id"
mount -t sysfs -o ro sysfs "$disk/sys"
if [ "$shape" != plain ]; then
  mount -t tmpfs -o size=1m,mode=755 cgroup "$disk/sys/fs"
  mkdir "$disk/sys/fs/cgroup"
  mount -t cgroup2 cgroup2 "$disk/sys/fs/cgroup"
fi
mkdir -p "$disk/run/machine"
cd "$disk"
pivot_root . run/machine
PATH=/lab/usr/bin:/lab/usr/sbin
umount -l /run/machine
rmdir /run/machine
# As systemd has it outside of containers: a service gets its credentials by a mount that others see.
[ "$shape" = plain ] || mount --make-rshared /
exec env -i PATH="$PATH" TERM=dumb /bin/sh /lab/boot
