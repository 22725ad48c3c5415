# --- inspect ----------------------------------------------------------------------------------------------------------

inspect() {
  read_journal
  inspect_host
  inspect_systems
  inspect_journal
  inspect_lock
  inspect_space
  event compression "$(compressions)"
}

inspect_host() {
  event uid "$(id -u)"
  event nixos "$(yes_if is_nixos)"
  event systemd "$(yes_if has_systemd)"
  event system "$(uname -m)-linux"
  event architecture "$(uname -m)"
  event boot-id "$(boot_id)"
  # The number, and the first names.
  event failed-units "$(failed_units | awk 'NR <= 20 { names = names " " $0 } END { print NR names }')"
}

inspect_systems() {
  event running "$(running_system)"
  event profile "$(profile_system)"
  event generation "$(profile_generation)"
  event booted "$(readlink -e /run/booted-system)"
  event reboot-pending "$(yes_if restart_is_pending)"
  event etc "$(yes_if etc_is_of_running)"
  event boots "$(boots_as_committed)"
  event drift "$(drift | paste -s -d ' ' -)"
  event since "$(time_of /run/current-system)"
  event profile-since "$(time_of "$profile")"
  event drift-by "$(switched_by)"
}

inspect_journal() {
  event host-format "$journal_format"
  [ -z "$journal_damage" ] || event journal-damage "$journal_damage"
  event state "$journal_state"
  event transaction "$journal_id"
  event unsettled "$journal_unsettled"
  event committed "$journal_committed"
  event owner-project "$journal_owner_project"
  event owner-stack "$journal_owner_stack"
  event owner-workspace "$journal_owner_workspace"
  event files-digest "$(digest_of_committed_files)"
  event files-shown "$(yes_if committed_files_are_shown)"
}

# Prints what has changed since the last commit. Not after a transaction that was cut off or a rollback that failed: those
# changed it, and not somebody else.
drift() {
  { [ -n "$journal_committed" ] && is_final "$journal_state" && [ "$journal_unsettled" = no ]; } || return 0
  runs_now=$(running_system)
  [ "$runs_now" = "$journal_committed" ] || runs_as_committed_for_boot "$runs_now" || echo running
  [ "$(profile_system)" = "$journal_committed" ] || echo profile
  [ "$(boots_as_committed)" != no ] || echo boots
}

# A system that was committed with goal boot waits for a restart: until then the previous one runs.
runs_as_committed_for_boot() {
  [ "$journal_committed_boot_id" = "$(boot_id)" ] && [ "$journal_committed_running" = "$1" ]
}

time_of() {
  modified_at=$(stat -c %Y "$1" 2>/dev/null) && date -u -d "@$modified_at" +%Y-%m-%dT%H:%M:%SZ
}

# As far as it is known: who began the last transaction, when its system runs, else who set the profile.
switched_by() {
  if [ -n "$journal_by" ] && [ "$(running_system)" = "$journal_toplevel" ]; then
    printf '%s\n' "$journal_by"
  else
    stat -c %U "$profile" 2>/dev/null
  fi
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

inspect_space() {
  inspect_file_system root /
  inspect_file_system boot /boot
  inspect_file_system run /run
  inspect_file_system store /nix/store
  inspect_file_system state "$(state_place)"
}

inspect_file_system() {
  [ -d "$2" ] || return 0
  event "$1-file-system" "$(stat -f -c %T "$2")"
  event "free-$1-kib" "$(free_kib "$2")"
  event "free-$1-inodes" "$(free_inodes "$2")"
}

compressions() (
  for program in zstd gzip; do
    if has_program "$program"; then printf '%s ' "$program"; fi
  done
  printf 'none\n'
)
