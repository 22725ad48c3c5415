# --- The rollback -----------------------------------------------------------------------------------------------------------

# Restores exactly the state that the journal names as before, whatever has been done since. A step that fails does not stop
# the others, and neither does a full disk. Arguments: the reason's code and text.
roll_back() {
  from=$journal_state
  journal_reason_code=$1 journal_reason=$2
  enter_state rolling-back
  # Somebody may be switching the host on purpose at this moment.
  [ "$from" = started ] || wait_for_other_switch "$(limit_of_transaction)"
  boot_restored=yes restored=yes
  restore_boot || boot_restored=no restored=no
  restore_files || restored=no
  if ! somebody_switched && { never_switched "$from" || return_to_previous || return_by_switch; }; then
    end=rolled-back
  elif somebody_switched; then
    add_reason 'somebody else has switched the host, so it stays as it is'
    end=aborted
  else
    restart_host "$boot_restored"
    end=rollback-failed
  fi
  [ "$restored" = yes ] || end=rollback-failed
  enter_state "$end"
}

add_reason() {
  journal_reason="$journal_reason; $1"
}

# A goal that we do not know, of a newer supervisor, may have switched.
never_switched() {
  [ "$1" = started ] || { is_goal "$journal_goal" && ! goal_activates "$journal_goal"; }
}

# If the host runs a third system, and the profile names it, then somebody switched the host meanwhile, and it stays as it
# is. A specialisation of our system is in no profile.
somebody_switched() {
  runs=$(running_system)
  case $runs in
    '' | "$journal_toplevel" | "$journal_previous") return 1 ;;
    *) [ "$runs" = "$(profile_system)" ] ;;
  esac
}

restore_files() {
  within 10 show_generation current "$journal_files_before"
  current_status=$?
  within 10 secrets_are_open "$journal_files_before" ||
    add_reason 'secrets of before are gone from memory, and the next deployment brings them again'
  if within 10 show_generation committed "$journal_files_committed_before" && [ "$current_status" = 0 ]; then
    within 10 sync "$values_directory" || echo 'cdktf-nixos: the links of the restored files are not on the disk yet'
    return 0
  fi
  add_reason 'the delivered files could not be restored'
  return 1
}

restore_boot() {
  boot_status=0
  restore_profile || { add_reason 'the profile could not be restored' && boot_status=1; }
  [ "$journal_boot_begun" = no ] || restore_boot_default ||
    { add_reason 'the boot default could not be restored' && boot_status=1; }
  return "$boot_status"
}

# Links only: it must work on a full disk, too. A profile that somebody else has set meanwhile is theirs: the boot loader
# may boot it.
restore_profile() {
  if [ "$(profile_system)" = "$journal_toplevel" ]; then
    undone=$(profile_generation)
    [ "$undone" != "$journal_previous_generation" ] || return 0
    restore_profile_link || return
  else
    undone=$journal_generation
  fi
  drop_generation "$undone"
}

restore_profile_link() {
  if [ "$(readlink -f "$profile-$journal_previous_generation-link")" = "$journal_previous_profile" ]; then
    replace_link "${profile##*/}-$journal_previous_generation-link" "$profile"
  elif [ -n "$journal_previous_profile" ]; then
    replace_link "$journal_previous_profile" "$profile"
  else
    rm -f "$profile"
  fi
}

# The generation of the system that is undone, or the boot menu would list it.
drop_generation() {
  if [ "$1" != "$journal_previous_generation" ] && [ "$(readlink -f "$profile-$1-link")" = "$journal_toplevel" ]; then
    rm -f "$profile-$1-link"
  fi
}

# The system that the profile names now: the previous one, or one that somebody else has set.
restore_boot_default() {
  default_system=$(profile_system)
  set_boot_default "${default_system:-$journal_previous}" "$(limit_of_transaction)"
}

# Judged by what runs and by what a login needs, not by the program's status: it complains about units that had failed long
# before, too.
return_to_previous() {
  obstacle='activating the previous system failed, too'
  wait_for_jobs 30
  wait_for_other_switch "$(limit_of_transaction)"
  # It may have been the one that we waited for.
  ! somebody_switched || return
  start_bus
  note_runs
  is_unswitched || switch_back
  without_other_switch "$(limit_of_transaction)" bring_back_services
}

# Another program that switches meanwhile would find units that run as the previous system has them.
bring_back_services() {
  [ "$(running_system)" = "$journal_previous" ] || return
  etc_is_previous || return
  leave_maintenance
  renew_units "$journal_id" "$journal_files_before"
  start_units_of_before
  essentials_are_up
}

# The second try switches in any case: that starts what the system needs.
return_by_switch() {
  journal_unswitched=''
  return_to_previous
}

switch_back() {
  unchecked "$(limit_of_transaction)" "$journal_previous/bin/switch-to-configuration" test
  printf 'cdktf-nixos: switched back to the previous system, status %s\n' "$?"
}

# As it was, or as the previous system has it: it may have been half of another switch.
etc_is_previous() {
  case $(etc_of_host) in
    "$journal_previous_etc" | "$(readlink -f "$journal_previous/etc")") return 0 ;;
    *) return 1 ;;
  esac
}

# The last resort: a restart boots the previous system, or the one that somebody has chosen for the next boot. The state
# stays unfinished on purpose, so that it becomes aborted after the restart. Returns when there is no restart. Argument:
# whether the boot default is restored.
restart_host() {
  add_reason "$obstacle"
  { has_systemd && [ "$1" = yes ]; } || return 0
  journal_reason="$journal_reason, so the host restarts$(other_boot_default)"
  enter_state rolling-back
  systemctl --no-wall reboot || systemctl --force --no-wall reboot
  # The restart waits for our unit to end.
  exit_when_system_stops 120
  systemctl --force --no-wall reboot
  sleep 30
}

# Set by goal boot or by another program. Nobody knows whether that system works, so the reason names it.
other_boot_default() (
  boots=$(profile_system)
  [ "$boots" = "$journal_previous" ] || printf ' and boots %s, as its profile says' "${boots:-what its boot loader has}"
)

exit_when_system_stops() {
  stops_by=$(($(now) + $1))
  while [ "$(now)" -lt "$stops_by" ]; do
    if system_is_stopping; then exit 0; fi
    sleep 1
  done
}
