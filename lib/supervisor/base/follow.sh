# --- How a transaction stands -------------------------------------------------------------------------------------------

# Reports the states of this transaction until it has the given one or is over. A second argument names a proof that was
# given: the wait for it does not count.
follow() {
  reported=''
  begins_by=$(($(now) + 30))
  ends_by=$(($(now) + $(follow_seconds)))
  until [ "$(now)" -ge "$ends_by" ]; do
    refuse_if_declined
    read_journal
    if [ "$journal_id" = "$id" ]; then
      [ "$journal_state" = "$reported" ] || event state "$journal_state"
      reported=$journal_state
      if [ "$reported" = "$1" ] && [ "$(awaited_proof)" != "${2-}" ]; then return 0; fi
      if is_final "$reported"; then report && return; fi
    elif [ "$(now)" -ge "$begins_by" ] && ! lock_is_held; then
      refuse failed 'the transaction did not begin; the log of its unit names the cause'
    fi
    sleep 0.2
  done
  refuse failed "the transaction did not end in time (state ${reported:-none})"
}

follow_seconds() {
  if [ -n "$activation_seconds" ]; then run_seconds; else echo 3600; fi
}

# How the transaction in the journal stands or ended.
report() {
  event transaction "$journal_id"
  event running "$(running_system)"
  event profile "$(profile_system)"
  event boot-id "$(boot_id)"
  event generation-before "$journal_previous_generation"
  event generation-after "$(profile_generation)"
  event not-up "$journal_not_up"
  event reason-code "$journal_reason_code"
  event reason "$journal_reason"
  [ "$journal_state" = committed ] || tail -n 25 "$log_directory/$journal_id.log" 2>/dev/null | events log
}
