# --- What the host boots --------------------------------------------------------------------------------------------------

# Durable, too: programs that install boot loaders leave kernels and menus to the cache of the disk. Status 75: another
# program was switching the host all the time, for which NixOS's program would not wait. Arguments: the system, and a limit.
set_boot_default() {
  wait_for_other_switch 60 || return 75
  unchecked "$2" "$1/bin/switch-to-configuration" boot || return
  for directory in /boot /boot/efi /efi; do
    [ ! -d "$directory" ] || bounded 120 sync -f "$directory" || return
  done
}

# Covers everything by which firmware and boot loaders choose: a different digest means a different choice or menu.
# Prints `none` when there is nothing of the kind.
digest_of_boots() {
  choices=$(list_boot_choices)
  if [ -n "$choices" ]; then printf '%s\n' "$choices" | sha256sum | cut -d ' ' -f 1; else echo none; fi
}

# Names of systemd-boot's entries count its tries (`nixos-7+2-1.conf`), which is no choice: the count is left out. GRUB
# empties an entry that it was to boot once.
list_boot_choices() (
  variables=/sys/firmware/efi/efivars
  for file in /boot/default "$variables"/BootOrder-* "$variables"/LoaderEntryDefault-* "$variables"/LoaderEntryOneShot-* \
    /boot/grub/grub.cfg /boot/extlinux/extlinux.conf \
    /boot/loader/loader.conf /efi/loader/loader.conf /boot/efi/loader/loader.conf \
    /boot/loader/entries/*.conf /efi/loader/entries/*.conf /boot/efi/loader/entries/*.conf \
    /boot/EFI/Linux/*.efi /efi/EFI/Linux/*.efi /boot/efi/EFI/Linux/*.efi; do
    [ -f "$file" ] || continue
    uncounted=$(printf '%s' "$file" | sed -E 's/\+[0-9]+(-[0-9]+)?\.(conf|efi)$/.\2/')
    printf '%s %s\n' "$uncounted" "$(hash_of "$file")"
  done | sort
  grep -aE '^(saved|next)_entry=.' /boot/grub/grubenv 2>/dev/null
)

# Whether what boots is what was committed: yes, no or unknown.
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

# Only a restart starts these parts, and those of the running system are not the booted ones.
restart_is_pending() {
  for part in kernel initrd kernel-modules; do
    [ "$(readlink -e /run/booted-system/$part)" = "$(readlink -e /run/current-system/$part)" ] || return 0
  done
  return 1
}
