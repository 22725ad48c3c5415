# --- status, and what start and confirm tell of a transaction ---------------------------------------------------------

status() {
  require id "$id"
  refuse_as_run_did
  read_journal
  if [ "$journal_id" != "$id" ] && lock_is_held && [ "$(sed -n 1p "$lock")" = "$id" ]; then
    # It settles the one before it, which may be a whole switch back.
    event transaction "$id"
    event state started
    return
  fi
  event state "$journal_state"
  report
}

# Tells the states of this transaction until it has the given one or is over.
follow() {
  told=''
  begins_by=$(($(now) + 30))
  give_up=$(($(now) + $(follow_seconds)))
  until [ "$(now)" -ge "$give_up" ]; do
    refuse_as_run_did
    read_journal
    if [ "$journal_id" = "$id" ]; then
      [ "$journal_state" = "$told" ] || event state "$journal_state"
      told=$journal_state
      if [ "$told" = "$1" ]; then return 0; fi
      if is_final "$told"; then report && return; fi
    elif [ "$(now)" -ge "$begins_by" ] && ! lock_is_held; then
      refuse failed 'the transaction did not begin; the log of its unit says why'
    fi
    sleep 0.2
  done
  refuse failed "the transaction did not end in time (state ${told:-none})"
}

follow_seconds() {
  if [ -n "$activation_seconds" ]; then run_seconds; else echo 3600; fi
}

# Another transaction came first, or changed the system: said by run, which got no place in the journal.
refuse_as_run_did() {
  request=$(request_directory "$id")
  refusal=$(cat "$request/refusal" 2>/dev/null) || return 0
  read_header <"$request/header"
  withdraw
  refuse "${refusal%% *}" "${refusal#* }"
}

# How the transaction in the journal is or ended.
report() {
  event transaction "$journal_id"
  event running "$(running_system)"
  event profile "$(profile_system)"
  event boot-id "$(boot_id)"
  event generation-before "$journal_previous_generation"
  event generation-after "$(profile_generation)"
  event reason "$journal_reason"
  [ "$journal_state" = committed ] || tail -n 25 "$log_directory/$journal_id.log" 2>/dev/null | events log
}
