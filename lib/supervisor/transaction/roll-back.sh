# --- The way back -----------------------------------------------------------------------------------------------------

# Back to exactly what the journal says was before, whatever has been done since.
roll_back() {
  from=$journal_state
  journal_reason=$1
  # Even a full disk must not stop it.
  enter_state rolling-back
  boots_previous=yes restored=yes
  # What another program switches to may be what somebody wants.
  [ "$from" = started ] || wait_for_other_switch "$(limit_of_transaction)"
  restore_profile || give_up_boot 'the profile could not be restored'
  [ "$journal_boot_begun" = no ] || restore_boot_default || give_up_boot 'the boot default could not be restored'
  restore_values || give_up 'the values could not be restored'
  if somebody_switched; then
    leave_to_somebody
  elif [ "$journal_goal" = boot ] || [ "$from" = started ] || return_to_previous || return_to_previous; then
    finish_roll_back
  else
    last_resort
  fi
}

# What can't be restored does not stop the rest.
give_up() {
  restored=no
  journal_reason="$journal_reason; $1"
}

give_up_boot() {
  boots_previous=no
  give_up "$1"
}

restore_values() {
  point current "$journal_values_before"
  current_points=$?
  point committed "$journal_values_committed_before" && return "$current_points"
}

finish_roll_back() {
  if [ "$restored" = yes ]; then
    enter_state rolled-back
  else
    enter_state rollback-failed
  fi
}

# Another tool or person has switched since, and knows better: neither our system runs nor the one before, but the one
# that the profile names. A specialisation of ours is in no profile.
somebody_switched() {
  runs=$(running_system)
  case $runs in
    '' | "$journal_toplevel" | "$journal_previous") return 1 ;;
    *) [ "$runs" = "$(profile_system)" ] ;;
  esac
}

leave_to_somebody() {
  journal_reason="$journal_reason; somebody else has switched the host, so it stays as it is"
  if [ "$restored" = yes ]; then
    enter_state aborted
  else
    enter_state rollback-failed
  fi
}

# Links only: it must work on a full disk, too. What somebody else has set meanwhile is theirs: the boot loader may boot it.
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

# One of the system that is undone, or the boot menu would list it.
drop_generation() {
  if [ "$1" != "$journal_previous_generation" ] && [ "$(readlink -f "$profile-$1-link")" = "$journal_toplevel" ]; then
    rm -f "$profile-$1-link"
  fi
}

# Of what the profile names now: the system before, or what somebody else has set.
restore_boot_default() {
  default=$(profile_system)
  set_boot_default "${default:-$journal_previous}" "$(limit_of_transaction)"
}

# Judged by what runs, not by what the program says: it complains about units that had failed long before, too.
return_to_previous() {
  wait_for_other_switch "$(limit_of_transaction)"
  unchecked "$(limit_of_transaction)" "$journal_previous/bin/switch-to-configuration" test
  printf 'cdktf-nixos: back to the system before, status %s\n' "$?"
  [ "$(running_system)" = "$journal_previous" ] || return
  etc_is_previous || return
  restart_changed_units "$journal_id" "$journal_values_before"
  start_units_of_before
}

# As it was, or as the system says: it may have been half of another switch.
etc_is_previous() {
  case $(etc_of_host) in
    "$journal_previous_etc" | "$(readlink -f "$journal_previous/etc")") return 0 ;;
    *) return 1 ;;
  esac
}

limit_of_transaction() {
  limit=$(sed -n 's/^activation-seconds=//p' "$request/header" 2>/dev/null)
  printf '%s\n' "${limit:-300}"
}

# A restart boots the system before. The state stays unfinished on purpose: after the restart it reads as aborted.
last_resort() {
  journal_reason="$journal_reason; the activation of the system before failed too"
  if has_systemd && [ "$boots_previous" = yes ]; then
    journal_reason="$journal_reason, so the host restarts"
    enter_state rolling-back
    systemctl --no-wall reboot || systemctl --force --no-wall reboot
    # The restart waits for our unit to end.
    end_when_system_stops 120
    systemctl --force --no-wall reboot
    sleep 30
  fi
  enter_state rollback-failed
}

end_when_system_stops() {
  stops_by=$(($(now) + $1))
  while [ "$(now)" -lt "$stops_by" ]; do
    if system_is_stopping; then exit 0; fi
    sleep 1
  done
}
