# --- run: the transaction ---------------------------------------------------------------------------------------------

run() {
  failure=''
  open_request "$1"
  take_lock 5 || decline busy "$(sed -n 3p "$lock") deploys $(sed -n 2p "$lock")"
  describe_lock "$id" "$toplevel" "$by"
  found_running=$(running_system)
  recover
  [ "$found_running" = "$expected_running" ] || decline drift "$found_running runs, not $expected_running"
  begin || decline failed "$failure"
  if switch_and_prove && commit; then return 0; fi
  roll_back "$failure"
}

open_request() {
  request=$(request_directory "$1")
  read_header <"$request/header"
  write_log
}

# A log that can't be opened must not end us: the shell would exit.
write_log() {
  (: >>"$log_directory/$id.log") 2>/dev/null && exec >>"$log_directory/$id.log" 2>&1
  exec </dev/null
}

# Ends without having touched anything; the client reads why.
decline() {
  printf 'cdktf-nixos: %s: %s\n' "$1" "$2"
  printf '%s %s\n' "$1" "$2" >"$request/refusal.new" && mv "$request/refusal.new" "$request/refusal"
  exit 75
}

fail() {
  failure=$1
  printf 'cdktf-nixos: %s\n' "$1"
  return 1
}

begin() {
  new_journal "$id"
  journal_goal=$goal journal_toplevel=$toplevel journal_by=$by
  journal_supervisor="$$ $(start_of $$)"
  journal_values_before=$(generation_of current)
  journal_values_committed_before=$(generation_of committed)
  take_baseline || fail 'systemd does not say which units run' || return
  enter_state started
}

switch_and_prove() {
  [ "$goal" = switch ] || return 0
  wait_for_other_switch 60 || fail 'another program is switching this host' || return
  [ "$(running_system)" = "$journal_previous" ] || fail "somebody switched the host to $(running_system)" || return
  point current "$id" || fail 'the values could not be flipped' || return
  enter_state activating || return
  activate || return
  restart_changed_units "$journal_values_before" "$id" || return
  refuse_new_failures || return
  await_confirmation || return
  refuse_new_failures
}

# NixOS lets one program switch at a time, and fails at once for the others. Anyone on the host can take its lock, so that
# a wait must have an end.
wait_for_other_switch() {
  [ ! -e "$switch_lock" ] || flock -w "$1" "$switch_lock" true 9>&-
}

activate() {
  log=$log_directory/$journal_id.log
  logged=$(stat -c %s "$log" 2>/dev/null || echo 0)
  bounded "$activation_seconds" "$toplevel/bin/switch-to-configuration" test
  status=$?
  case $status in
    0) ;;
    # Some units failed. Which of them had failed before is not its business but ours, where we can tell.
    4)
      has_systemd || fail 'the activation failed with status 4: units failed' || return
      ! activation_script_failed || fail 'the activation script failed' || return
      ;;
    124 | 137) fail "the activation did not end within $activation_seconds s" || return ;;
    *) fail "the activation failed with status $status" || return ;;
  esac
  [ "$(running_system)" = "$toplevel" ] || fail "the activation ended but $(running_system) runs"
}

# The status of failed units hides the one of a failed activation script; what was said does not.
activation_script_failed() {
  tail -c "+$((logged + 1))" "$log" 2>/dev/null |
    grep -Eq "^Activation script snippet .* failed|^Failed to run activate script"
}

# Runs a program for at most so many seconds: then TERM, KILL, and KILL for everything that it started.
bounded() {
  (umask 022 && CDKTF_NIXOS_TRANSACTION=$journal_id exec timeout -k "$stop_seconds" "$@") </dev/null 9>&-
  ended=$?
  case $ended in 124 | 137) kill_leftovers ;; esac
  return "$ended"
}

# A check before the switch has no say over what was proven, or over the way back.
unchecked() {
  seconds=$1
  shift
  bounded "$seconds" env NIXOS_NO_CHECK=1 "$@"
}

refuse_new_failures() {
  [ "$(running_system)" = "$toplevel" ] || fail "somebody switched the host to $(running_system)" || return
  has_systemd || return 0
  failed_units >"$request/failed-now" || fail 'systemd does not say which units failed' || return
  new_failures=$(comm -13 "$request/failed-before" "$request/failed-now" | tr '\n' ' ')
  [ -z "$new_failures" ] || fail "units failed that had not failed before: $new_failures"
}

await_confirmation() {
  rm -f "$request/answer"
  enter_state waiting || return
  give_up=$(($(now) + confirm_seconds))
  until nonce_is_right "$(cat "$request/answer" 2>/dev/null)"; do
    [ "$(now)" -lt "$give_up" ] || fail "no new login confirmed the system within $confirm_seconds s" || return
    sleep 0.2
  done
}

commit() {
  enter_state committing || return
  [ "$(profile_system)" = "$journal_previous_profile" ] ||
    fail "somebody set the profile to $(profile_system)" || return
  set_profile || fail 'the profile could not be set' || return
  journal_generation=$(profile_generation) journal_boot_begun=yes
  enter_state committing || return
  set_boot_default "$toplevel" "$activation_seconds" ||
    fail "the boot default could not be set (status $?)" || return
  point committed "$id" || fail 'the values could not be committed' || return
  enter_committed
}

# The way back writes the journal, too: what could not be committed must not be named there.
enter_committed() {
  journal_committed=$toplevel journal_committed_values=$values_digest journal_committed_boot_id=$journal_boot_id
  enter_state committed && return
  journal_committed=$committed journal_committed_values=$committed_values journal_committed_boot_id=$committed_boot_id
  return 1
}

set_profile() {
  nix_env --set "$toplevel" && [ "$(profile_system)" = "$toplevel" ] && sync -f /nix/var/nix
}

# Durable, too: programs that install boot loaders leave kernels and menus to the cache of the disk.
set_boot_default() {
  unchecked "$2" "$1/bin/switch-to-configuration" boot || return
  for directory in /boot /boot/efi /efi; do
    [ ! -d "$directory" ] || bounded 120 sync -f "$directory" || return
  done
}

# nix-env makes a ~/.nix-defexpr: not in anyone's home.
nix_env() {
  bounded 120 env HOME="$run_directory" nix-env --profile "$profile" "$@"
}
