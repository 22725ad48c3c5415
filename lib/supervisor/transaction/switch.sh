# --- The switch, and its proof --------------------------------------------------------------------------------------------

switch_and_prove() {
  wait_for_other_switch 60 || fail switch-busy 'another program is switching this host' || return
  [ "$(running_system)" = "$journal_previous" ] ||
    fail foreign-switch "somebody switched the host to $(running_system)" || return
  link_generation current "$id" || fail files-failed 'the delivered files cannot be made current' || return
  note_runs
  enter_state activating || return
  is_unswitched || activate || return
  give_to_owners || return
  renew_units "$journal_files_before" "$id" || return
  refuse_new_failures || return
  prove 1 || return
  [ "$settle_seconds" = 0 ] || settle
}

# The new system may have brought the users.
give_to_owners() {
  ungiven=$(give_secrets "$id" | head -n 1)
  # shellcheck disable=SC2086 # is_file: words without blanks or patterns
  [ -z "$ungiven" ] || fail file-owner-unknown "$(describe_ungiven $ungiven)"
}

# Whom the host does not know is told by chown itself, with a file that nobody needs. Arguments: name, owner, group. An owner
# alone could be taken for an owner, a dot and a group, as chown once had it.
describe_ungiven() (
  : >"$request/owned"
  unknown=''
  chown -- "$2:0" "$request/owned" 2>/dev/null || unknown="user $2"
  chown -- ":$3" "$request/owned" 2>/dev/null || unknown="$unknown${unknown:+ and no }group $3"
  printf 'the secret %s cannot be owned by %s:%s: the host has no %s\n' "$1" "$2" "$3" "${unknown:-such user or group}"
)

# A system can work at first and fail some seconds later: a network that is set up anew, a firewall that is loaded late.
settle() {
  enter_state settling || return
  sleep "$settle_seconds"
  refuse_new_failures || return
  prove 2
}

prove() {
  await_confirmation "$1" || return
  refuse_new_failures
}

activate() {
  logged=$(stat -c %s "$log_directory/$journal_id.log" 2>/dev/null || echo 0)
  bounded "$activation_seconds" "$toplevel/bin/switch-to-configuration" test
  switch_status=$?
  case $switch_status in
    0) ;;
    # Some units failed. With systemd we find out ourselves which of them had failed before.
    4)
      has_systemd || fail activation-failed 'the activation failed with status 4: units failed' || return
      ! switch_printed "$logged" "^Activation script snippet .* failed|^Failed to run activate script" ||
        fail activation-script-failed 'the activation script failed' || return
      ;;
    124 | 137) fail activation-timeout "the activation did not end within $activation_seconds s" || return ;;
    *) fail_by_status "$switch_status" "$logged" || return ;;
  esac
  [ "$(running_system)" = "$toplevel" ] || fail foreign-switch "the activation ended but the host runs $(running_system)"
}

# Status 11 means a held lock, or a logind that does not reply. A switch that puts the host into emergency mode loses its
# bus before it can name the units that failed. Arguments: the status, and the length of the log before the switch.
fail_by_status() {
  ! switch_printed "$2" '^Could not acquire lock' || fail switch-busy 'another program is switching this host' || return
  failures=$(describe_new_failures)
  fail activation-failed "the activation failed with status $1${failures:+; $failures}"
}

# The status for failed units hides that of a failed activation script, but the log shows it. Arguments: the length of the log
# before the switch, and a pattern.
switch_printed() {
  tail -c "+$(($1 + 1))" "$log_directory/$journal_id.log" 2>/dev/null | grep -Eq "$2"
}

# Argument: the number of the proof. A login that gave an earlier one does not count.
await_confirmation() {
  printf '%s\n' "$1" >"$request/proof" || fail journal-failed "$request cannot be written" || return
  enter_state waiting || return
  confirmed_by=$(($(now) + confirm_seconds))
  until nonce_is_right "$(cat "$request/confirmation-$1" 2>/dev/null)"; do
    [ "$(now)" -lt "$confirmed_by" ] ||
      fail not-confirmed "no new login confirmed the system within $confirm_seconds s$(of_proof "$1")" || return
    sleep 0.2
  done
}

# For the text of a reason: which proof was missing, when it was not the first.
of_proof() {
  [ "$1" = 1 ] || printf ', %s s after one had' "$settle_seconds"
}
