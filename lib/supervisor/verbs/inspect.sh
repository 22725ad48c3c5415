# --- inspect ----------------------------------------------------------------------------------------------------------

inspect() {
  read_journal
  event host-format "$journal_format"
  [ -z "$journal_damage" ] || event journal-damage "$journal_damage"
  event uid "$(id -u)"
  event nixos "$(yes_if is_nixos)"
  event systemd "$(yes_if has_systemd)"
  event system "$(uname -m)-linux"
  event boot-id "$(boot_id)"
  event running "$(running_system)"
  event profile "$(profile_system)"
  event generation "$(profile_generation)"
  event etc "$(yes_if etc_is_of_running)"
  event state "$journal_state"
  event transaction "$journal_id"
  event unsettled "$journal_unsettled"
  event committed "$journal_committed"
  event files-digest "$journal_committed_files"
  event files-shown "$(yes_if committed_files_are_shown)"
  inspect_lock
  event free-store-kib "$(free_kib /nix/store)"
  event store-file-system "$(stat -f -c %T /nix/store)"
  event free-run-kib "$(free_kib /run)"
  event compression "$(compressions)"
}

# Not so after a switch that was killed in the middle, whoever began it. Without /etc/static, /etc is mounted as a whole.
etc_is_of_running() {
  { [ ! -e /etc/static ] && [ ! -L /etc/static ]; } || [ "$(etc_of_host)" = "$(readlink -f /run/current-system/etc)" ]
}

inspect_lock() {
  if lock_is_held; then
    event lock held
    event lock-toplevel "$(lock_toplevel)"
    event lock-by "$(lock_by)"
  else
    event lock free
  fi
}

compressions() (
  for program in zstd gzip; do
    if has_program "$program"; then printf '%s ' "$program"; fi
  done
  printf 'none\n'
)
