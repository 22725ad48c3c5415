# --- What the host boots --------------------------------------------------------------------------------------------------

# Durable, too: programs that install boot loaders leave kernels and menus to the cache of the disk.
set_boot_default() {
  unchecked "$2" "$1/bin/switch-to-configuration" boot || return
  for directory in /boot /boot/efi /efi; do
    [ ! -d "$directory" ] || bounded 120 sync -f "$directory" || return
  done
}

# Of everything by which firmware and boot loaders choose: another digest is another choice, or another menu. Prints
# `none` when there is nothing of the kind.
digest_of_boots() {
  choices=$(list_boot_choices)
  if [ -n "$choices" ]; then printf '%s\n' "$choices" | sha256sum | cut -d ' ' -f 1; else echo none; fi
}

# systemd-boot counts tries in the name of an entry, as in `nixos-7+2-1.conf`.
list_boot_choices() (
  variables=/sys/firmware/efi/efivars
  for file in /boot/default "$variables"/BootOrder-* "$variables"/LoaderEntryDefault-* "$variables"/LoaderEntryOneShot-* \
    /boot/grub/grub.cfg /boot/extlinux/extlinux.conf \
    /boot/loader/loader.conf /efi/loader/loader.conf /boot/efi/loader/loader.conf \
    /boot/loader/entries/*.conf /efi/loader/entries/*.conf /boot/efi/loader/entries/*.conf; do
    [ ! -f "$file" ] || printf '%s %s\n' "$(printf '%s' "$file" | sed -E 's/\+[0-9]+(-[0-9]+)?\.conf$/.conf/')" "$(hash_of "$file")"
  done
)

# What boots is what was committed: yes, no, or unknown.
boots_as_committed() {
  boots_now=$(digest_of_boots)
  if [ "$boots_now" = none ] || [ "$journal_boots" = none ]; then
    echo unknown
  elif [ "$boots_now" = "$journal_boots" ]; then
    echo yes
  else
    echo no
  fi
}

# A part of the running system that only a restart starts is not the one that was booted.
restart_is_pending() {
  for part in kernel initrd kernel-modules; do
    [ "$(readlink -e /run/booted-system/$part)" = "$(readlink -e /run/current-system/$part)" ] || return 0
  done
  return 1
}
