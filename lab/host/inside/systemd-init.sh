#!/bin/sh
# Becomes systemd, as PID 1 of the host. Units that would set up the shared kernel or a terminal are masked.
set -u

mkdir -p /run/systemd/system
for unit in \
  systemd-tmpfiles-setup.service systemd-sysctl.service systemd-modules-load.service systemd-udevd.service systemd-remount-fs.service \
  systemd-tmpfiles-setup-dev.service systemd-sysusers.service systemd-update-utmp.service \
  systemd-update-utmp-runlevel.service systemd-binfmt.service systemd-timesyncd.service systemd-random-seed.service \
  systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-repart.service systemd-firstboot.service \
  systemd-machine-id-commit.service systemd-journald-audit.socket systemd-ask-password-console.path \
  systemd-ask-password-wall.path systemd-initctl.socket systemd-tmpfiles-clean.timer systemd-journal-flush.service \
  kmod-static-nodes.service proc-sys-fs-binfmt_misc.automount dev-hugepages.mount dev-mqueue.mount \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount getty.target; do
  ln -sf /dev/null "/run/systemd/system/$unit"
done

# Debian's units name the daemon where a tree like NixOS's does not have it.
bus() {
  mkdir -p "/run/systemd/$1/dbus.service.d"
  cat >"/run/systemd/$1/dbus.service.d/program.conf" <<UNIT
[Service]
ExecStart=
ExecStart=@/lab/usr/bin/dbus-daemon dbus-daemon --$2 --address=systemd: --nofork --nopidfile --systemd-activation --syslog-only
ExecReload=
UNIT
}
if [ ! -e /usr/bin/dbus-daemon ]; then
  bus system system
  bus user session
fi

# systemd finds out by this variable that it is not alone on its kernel.
exec env -i container=lab PATH=/lab/usr/bin:/lab/usr/sbin /lab/systemd/lib/systemd/systemd --system "$@"
