# --- status -----------------------------------------------------------------------------------------------------------

status() {
  require id "$id"
  refuse_if_declined
  read_journal
  if [ "$journal_id" != "$id" ] && lock_is_held && [ "$(lock_id)" = "$id" ]; then
    # It recovers the one before it, which may take as long as a whole switch.
    event transaction "$id"
    event state started
    return
  fi
  if is_abandoned; then report_abandoned && return; fi
  report_state
  report
}
