# --- How a transaction stands -------------------------------------------------------------------------------------------

# Reports the states of this transaction until it reaches the given one or is over. A second argument is the number of a
# proof that was given already: waiting for that one does not count.
follow() {
  reported=''
  begins_by=$(($(now) + 30))
  ends_by=$(($(now) + $(follow_seconds)))
  while [ "$(now)" -lt "$ends_by" ]; do
    refuse_if_declined
    read_changed_journal
    if [ "$journal_id" = "$id" ]; then
      [ "$journal_state" = "$reported" ] || report_state
      reported=$journal_state
      if [ "$reported" = "$1" ] && [ "$(awaited_proof)" != "${2-}" ]; then return 0; fi
      if is_final "$reported"; then report && return; fi
      if is_abandoned; then report_abandoned && return; fi
    elif [ "$(now)" -ge "$begins_by" ] && ! lock_is_held; then
      refuse failed 'the transaction did not begin; the log of its unit names the cause'
    fi
    sleep 0.2 || refuse failed 'nothing can be run on the host any more, not even sleep'
  done
  refuse failed "the transaction did not end in time (state ${reported:-none})"
}

# A client that is told of a step is told first if it is one without a switch.
report_state() {
  if is_unswitched; then event unswitched yes; fi
  event state "$journal_state"
}

# To read and check the journal takes far longer than to see that it is still the same file: each write makes a new one.
read_changed_journal() {
  looked_at_now=$(stat -c '%i %z' "$journal" "$witness" 2>/dev/null)
  if [ -n "${looked_at-}" ] && [ "$looked_at_now" = "$looked_at" ]; then return; fi
  read_journal
  looked_at=$looked_at_now
}

follow_seconds() {
  if [ -n "$activation_seconds" ]; then run_seconds; else echo 3600; fi
}

# Nobody will end the transaction of the journal: for 5 s nothing has held the lock, and its unit is gone. After a restart
# of the host it is not abandoned but aborted.
is_abandoned() {
  unheld_until=$(($(now) + 5))
  while is_unheld; do
    [ "$(now)" -lt "$unheld_until" ] || return 0
    sleep 0.5
    read_journal
  done
  return 1
}

is_unheld() {
  ! is_final "$journal_state" && [ "$journal_boot_id" = "$(boot_id)" ] && ! lock_is_held &&
    ! unit_is_alive "$(unit_of "$journal_id")"
}

report_abandoned() {
  journal_reason="nobody works on it any more (it was $journal_state)${journal_reason:+; $journal_reason}"
  ! disk_is_full || journal_reason="$journal_reason; the disk of $state_directory is full"
  journal_reason_code=supervisor-ended
  event state abandoned
  report
}

disk_is_full() {
  { df -Pk "$state_directory" && df -Pi "$state_directory"; } | awk '$4 == "0" { full = 1 } END { exit !full }'
}

# Reports how the transaction in the journal stands or ended.
report() {
  event transaction "$journal_id"
  event running "$(running_system)"
  event profile "$(profile_system)"
  event boot-id "$(boot_id)"
  event generation-before "$journal_previous_generation"
  event generation-after "$(profile_generation)"
  event reboot-pending "$(yes_if restart_is_pending)"
  event not-up "$journal_not_up"
  event reason-code "$journal_reason_code"
  event reason "$journal_reason"
  [ "$journal_state" = committed ] || last_lines "$log_directory/$journal_id.log" | without_secrets | events log
}
