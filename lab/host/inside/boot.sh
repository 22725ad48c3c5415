#!/bin/sh
# The host's firmware and boot loader: a network card without configuration, then the boot default's init program.
# A host on which no system was installed runs only sshd.
set -u

hostname "$(cat /etc/hostname)"
for table in filter nat mangle raw; do
  # Rules live in the kernel that the host shares: a restart must not find them again.
  if iptables-save -t "$table" 2>/dev/null | grep -q .; then
    iptables -t "$table" -P INPUT ACCEPT 2>/dev/null
    iptables -t "$table" -P OUTPUT ACCEPT 2>/dev/null
    iptables -t "$table" -F
    iptables -t "$table" -X
  fi
done
tc qdisc delete dev eth0 root 2>/dev/null
ip link set lo up
if [ -s /lab/address ]; then
  read -r address </lab/address
  ip address replace "$address" dev eth0
  ip link set eth0 up
fi

# As on NixOS: the store has no set-user-ID programs, so they are made anew at each boot.
mkdir -p /run/wrappers/bin
install -m 4755 /lab/usr/bin/sudo /lab/usr/bin/doas /run/wrappers/bin

if [ -s /boot/default ]; then
  read -r system </boot/default
  [ -x "$system/init" ] || { echo "boot: $system/init is missing or no program" >&2; exit 1; }
  exec "$system/init"
fi
exec /bin/sh /lab/bootstrap
