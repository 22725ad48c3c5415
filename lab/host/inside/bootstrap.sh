#!/bin/sh
# What a host runs before a first system is installed: sshd, under systemd where the host has it.
set -u

if [ -e /lab/systemd-init ]; then
  mkdir -p /run/systemd/system
  cat >/run/systemd/system/lab-bootstrap.target <<'UNIT'
[Unit]
Requires=sysinit.target dbus.socket lab-sshd.service systemd-logind.service
After=sysinit.target
AllowIsolate=yes
UNIT
  cat >/run/systemd/system/lab-sshd.service <<'UNIT'
[Service]
ExecStartPre=/bin/sh -c '/lab/usr/bin/mkdir -p /run/sshd'
ExecStart=/lab/usr/sbin/sshd -D -E /var/log/sshd.log
KillMode=process
Restart=always
UNIT
  ln -s /dev/null /run/systemd/system/ssh.service
  exec /bin/sh /lab/systemd-init --unit=lab-bootstrap.target
fi
mkdir -p /run/sshd
/lab/usr/sbin/sshd -E /var/log/sshd.log
while :; do
  sleep 3600 &
  wait
done
