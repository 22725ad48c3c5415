# --- adopt ------------------------------------------------------------------------------------------------------------

adopt() {
  require toplevel "$toplevel" files-digest "$files_digest"
  refuse_unfit_host
  [ "$(running_system)" = "$toplevel" ] || refuse drift "the host runs $(running_system)"
  [ "$(profile_system)" = "$toplevel" ] || refuse drift "the host boots $(profile_system)"
  [ "$journal_committed_files" = "$files_digest" ] || refuse bad-request 'the host has other delivered files than this deployment'
  make_directories
  take_lock 5 || refuse busy 'another deployment holds the lock'
  read_journal
  [ -z "$journal_damage" ] || put_journal_aside || refuse failed 'the damaged journal cannot be renamed'
  is_final "$journal_state" || refuse busy "transaction $journal_id is not over (state $journal_state)"
  new_journal "$(tr -d - </proc/sys/kernel/random/uuid)"
  journal_goal=switch journal_toplevel=$toplevel journal_committed=$toplevel journal_committed_boot_id=''
  journal_state=committed journal_reason=adopted journal_reason_code=adopted
  record_journal || refuse failed 'the journal cannot be written'
}
