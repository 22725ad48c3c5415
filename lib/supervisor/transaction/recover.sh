# --- A transaction that another supervisor left unfinished ------------------------------------------------------------------

# We hold the lock, so the supervisor that wrote an unfinished state is gone. A restart has undone its switch; else we do.
recover() {
  read_journal
  if [ -n "$journal_damage" ]; then
    ! is_damaged_within_transaction || decline damaged-journal "$(describe_damage)"
    put_journal_aside || decline failed 'the damaged journal cannot be renamed'
  fi
  if is_final "$journal_state"; then return; fi
  if [ "$journal_boot_id" != "$(boot_id)" ]; then
    record_restart
  else
    # PID 1 is about to finalize it and waits for the lock.
    ! unit_is_alive "$(unit_of "$journal_id")" || decline busy "transaction $journal_id is being rolled back"
    roll_back_other
  fi
  drop_root "$journal_toplevel"
  drop_root "$journal_previous"
}

record_restart() {
  link_generation current "$(generation_of committed)"
  # The boot loader's program may have been cut off, or the commit between the files and the journal.
  { [ "$journal_boot_begun" = no ] && [ "$(generation_of committed)" = "$journal_files_committed_before" ]; } ||
    journal_unsettled=yes
  journal_reason_code=host-restarted journal_reason="the host restarted in state $journal_state"
  enter_state aborted
}

roll_back_other() {
  own_request=$request
  request=$(request_directory "$journal_id")
  kill_leftovers
  roll_back supervisor-ended 'its supervisor was killed'
  rm -rf "$request"
  request=$own_request
}
