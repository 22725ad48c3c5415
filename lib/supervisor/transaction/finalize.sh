# --- finalize and watch: after run, however it ended --------------------------------------------------------------------------

finalize() {
  id=$1
  request=$(request_directory "$id")
  write_log
  if is_ours_to_finish; then
    # A switch during a shutdown cannot work; the boot default is still the previous system.
    if system_is_stopping; then exit 0; fi
    # A program that `run` started may hold the lock after it: no longer than one wait for another program's switch.
    take_lock "$(($(limit_of_transaction) + 90))" || exit 1
    finish
  fi
  clean_up
}

# An unfinished transaction: our own, or the one before it that we held the lock to recover.
is_ours_to_finish() {
  read_journal
  ! is_final "$journal_state" && { [ "$journal_id" = "$id" ] || [ "$(lock_id)" = "$id" ]; }
}

finish() {
  # The last holder of the lock may have finished it.
  is_ours_to_finish || return 0
  describe_lock "$id" "$journal_toplevel" "$journal_by"
  if [ "$journal_id" = "$id" ]; then
    kill_leftovers
    roll_back supervisor-ended "its supervisor ended early${SERVICE_RESULT:+ ($SERVICE_RESULT)}"
  else
    recover
  fi
}

# Removes what only a transaction under way needs. A refusal is left for the client, which may not have read it. With a
# damaged journal nothing is removed: nobody knows any more what was under way.
clean_up() {
  read_journal
  [ -z "$journal_damage" ] || return 0
  [ -e "$request/refusal" ] || rm -rf "$request"
  is_final "$journal_state" || return 0
  drop_root "$journal_toplevel"
  drop_root "$journal_previous"
  keep_newest 10 "$log_directory"
  keep_newest 3 "$supervisor_directory"
  drop_old_generations
}

watch() {
  id=$1
  request=$(request_directory "$id")
  # `run` declines a request that cannot be read.
  if read_header <"$request/header"; then end_after_limit "$2"; fi
  finalize "$id"
}

# Waits for a process, and kills it when it takes longer than a transaction may.
end_after_limit() {
  started=$(start_of "$1")
  [ -n "$started" ] || return 0
  watched_until=$(($(now) + $(run_seconds)))
  while [ "$(start_of "$1")" = "$started" ]; do
    if [ "$(now)" -ge "$watched_until" ]; then kill -KILL "$1" && return; fi
    sleep 0.2
  done
}
