#!/bin/sh
# Makes the image of a container with systemd that runs a system of the stand-in distribution, and imports it. It holds
# no host key: whoever makes a container from it brings one.
set -eu
system=${SYSTEM:?}
login=${LOGIN_KEY:?}
work=${WORK:?}
alias=${ALIAS:?}
here=$(realpath "$(dirname "$0")")
root=$work/rootfs

mkdir -p "$root"
cd "$root"
mkdir -p boot dev etc/ssh lab nix/var/nix/profiles proc root run sys tmp usr var/lib var/log var/tmp
chmod 700 root
chmod 1777 tmp var/tmp
# As Debian has it; /usr is the machine's own.
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$folder"; done
ln -s /usr lab/usr
ln -s /usr lab/sw
cp -R "$here/../host/inside/root/." .
cp -R /etc/alternatives /etc/ld.so.cache etc/
ln -s ../usr/lib/os-release etc/os-release
: >etc/NIXOS
: >etc/machine-id
printf '192.0.2.1/32\n' >lab/address
printf 'root:*:1::::::\n' >etc/shadow
cp "$login" lab/login.pub
cp "$here/boot.sh" lab/boot
cp "$here/../host/inside/systemd-init.sh" lab/systemd-init
mkdir lab/systemd
ln -s /lab/usr/lib lab/systemd/lib
ln -s /lab/usr/bin lab/systemd/bin

nix copy --no-check-sigs --to "local?root=$root" "$system"
ln -s "$system" nix/var/nix/profiles/system-1-link
ln -s system-1-link nix/var/nix/profiles/system
printf '%s\n' "$system" >boot/default

cd "$work"
printf 'architecture: %s\ncreation_date: 1\n' "$(uname -m)" >metadata.yaml
tar --create --file image.tar --numeric-owner metadata.yaml rootfs
lxc image import image.tar --alias "$alias"
