#!/bin/sh
# Lays out a host in the lab's mount namespace: its disk and store (they outlive a power cut, not the lab), its network
# namespace and the link to the machine. Prints the host's address. Starts nothing.
set -eu
host=${HOST_DIR:?}
name=${HOST_NAME:?}
shape=${HOST_SHAPE:?}
login_shell=${HOST_SHELL:?}
lab=${LAB_DIR:?}
here=$(dirname "$0")
disk=$host/disk

# Debian merges /bin, /sbin and /lib into /usr; so does every shape that looks like Debian.
debian_tree() {
  ln -s usr/bin "$disk/bin"
  ln -s usr/sbin "$disk/sbin"
  ln -s usr/lib "$disk/lib"
  ln -s usr/lib64 "$disk/lib64"
  ln -s /usr "$disk/lab/usr"
  ln -s /usr "$disk/lab/sw"
  cp -R /etc/alternatives "$disk/etc/"
}

# As on NixOS: /bin/sh and /usr/bin/env, and programs only in a profile. Debian's libraries stay where their users look.
nixos_tree() {
  mkdir -p "$disk/bin" "$disk/usr/bin" "$disk/lab/usr" "$disk/lab/sw/bin"
  ln -s /lab/usr/bin/bash "$disk/bin/sh"
  ln -s /lab/usr/bin/env "$disk/usr/bin/env"
  ln -s /lab/usr/lib "$disk/lib"
  ln -s /lab/usr/lib64 "$disk/lib64"
  for part in lib libexec share; do
    ln -s "/lab/usr/$part" "$disk/usr/$part"
  done
  sh "$here/link-farm.sh" "$disk/lab/sw/bin"
  mkdir "$disk/etc/alternatives"
  for name in awk ip6tables ip6tables-save iptables iptables-save; do
    ln -s "/lab$(readlink "/etc/alternatives/$name")" "$disk/etc/alternatives/$name"
  done
}

make_disk() {
  sh "$here/disk.sh" make
  cd "$disk"
  mkdir -p boot dev etc home/deployer lab nix proc root/.ssh run srv sys tmp usr var/lib var/log var/tmp
  chmod 700 root root/.ssh
  chmod 1777 var/tmp
  chown 1000:100 home/deployer
  cp -R "$here/inside/root/." .
  cp /etc/ld.so.cache etc/
  ln -s ../usr/lib/os-release etc/os-release
  printf '%s\n' "$name" >etc/hostname
  printf '127.0.0.1 localhost %s\n' "$name" >etc/hosts
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >etc/machine-id
}

make_accounts() {
  umask 077
  printf '%s\n' 'root:*:1::::::' 'deployer:*:1::::::' >etc/shadow
  printf 'deployer ALL=(ALL:ALL) NOPASSWD: ALL\n' >etc/sudoers
  chmod 440 etc/sudoers
  umask 022
  if [ "$login_shell" = fish ]; then
    sed -e '/^root:/s|/bin/sh$|/lab/usr/bin/fish|' -e '/^deployer:/s|/bin/sh$|/lab/usr/bin/fish|' -i etc/passwd
  fi
}

make_lab_files() {
  cp "${HOST_KEYS:-$lab/login.pub}" lab/login.pub
  cp "$here/inside/boot.sh" lab/boot
  cp "$here/inside/bootstrap.sh" lab/bootstrap
  printf '%s\n' "$shape" >lab/shape
  if [ "$shape" != plain ]; then
    cp "$here/inside/systemd-init.sh" lab/systemd-init
    mkdir lab/systemd
    ln -s /lab/usr/lib lab/systemd/lib
    ln -s /lab/usr/bin lab/systemd/bin
    if [ -n "${SWITCH_TO_CONFIGURATION:-}" ]; then
      cp "$SWITCH_TO_CONFIGURATION" lab/switch-to-configuration
    fi
  fi
  chmod 755 lab/[bs]*
}

make_ssh() {
  mkdir -p etc/ssh
  login_path=/run/wrappers/bin:/run/current-system/sw/bin:/lab/sw/bin
  # A distribution of a cloud, or a rescue system: Debian, which waits for no system of ours.
  [ -z "${HOST_KEYS:-}" ] || login_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  ssh-keygen -q -t ed25519 -N '' -C "$name" -f etc/ssh/ssh_host_ed25519_key
  cat >etc/ssh/sshd_config <<CONFIG
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
AuthorizedKeysFile /lab/login.pub
SetEnv PATH=$login_path
CONFIG
}

make_network() {
  if [ -n "${HOST_NETWORK:-}" ]; then
    : >"$host/netns"
    mount --bind "$HOST_NETWORK/netns" "$host/netns"
    cp "$HOST_NETWORK/link" "$host/link"
    cp "$HOST_NETWORK/address" lab/address
  else
    sh "$here/make-link.sh" "$host" >lab/address
  fi
  sed 's|/.*||' lab/address
}

make_disk
if [ "$shape" = nixos ]; then nixos_tree; else debian_tree; fi
make_accounts
make_lab_files
make_ssh
make_network
[ -z "${HOST_IMAGE:-}" ] || sh "$here/unpack-image.sh"
