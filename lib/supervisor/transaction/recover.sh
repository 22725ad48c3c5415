# --- A transaction that somebody left ---------------------------------------------------------------------------------

# We hold the lock, so whoever wrote an unfinished state is gone. A restart has undone its switch; else we do.
recover() {
  read_journal
  if is_final "$journal_state"; then return; fi
  if [ "$journal_boot_id" != "$(boot_id)" ]; then
    abandon "the host restarted in state $journal_state"
    drop_roots_of_transaction
    return
  fi
  # PID 1 is about to finalize it and waits for the lock.
  ! unit_is_alive "$(unit_of "$journal_id")" || decline busy "transaction $journal_id is being rolled back"
  ours=$request
  request=$(request_directory "$journal_id")
  kill_leftovers
  roll_back 'its supervisor was killed'
  rm -rf "$request"
  drop_roots_of_transaction
  request=$ours
}

unit_is_alive() {
  has_systemd || return 1
  case $(systemctl show --property=ActiveState --value "$1") in
    inactive | failed | '') return 1 ;;
    *) return 0 ;;
  esac
}

abandon() {
  point current "$(generation_of committed)"
  # The boot loader's program may have been cut off.
  [ "$journal_boot_begun" = no ] || journal_unsettled=yes
  journal_reason=$1
  enter_state aborted
}
