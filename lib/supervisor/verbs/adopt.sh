# --- adopt ------------------------------------------------------------------------------------------------------------

adopt() {
  require toplevel "$toplevel" values-digest "$values_digest"
  refuse_unfit_host
  [ "$(running_system)" = "$toplevel" ] || refuse drift "the host runs $(running_system)"
  [ "$(profile_system)" = "$toplevel" ] || refuse drift "the host boots $(profile_system)"
  [ "$journal_committed_values" = "$values_digest" ] || refuse bad-request 'the host has other values'
  make_directories
  take_lock 5 || refuse busy 'another deployment holds the lock'
  read_journal
  is_final "$journal_state" || refuse busy "transaction $journal_id is not over (state $journal_state)"
  new_journal "$(tr -d - </proc/sys/kernel/random/uuid)"
  journal_goal=switch journal_toplevel=$toplevel journal_committed=$toplevel journal_committed_boot_id=''
  journal_state=committed journal_reason=adopted
  write_journal || refuse failed 'the journal could not be written'
}

# A fresh transaction that keeps what was committed last, and what is to be repaired.
new_journal() {
  committed=$journal_committed committed_values=$journal_committed_values committed_boot_id=$journal_committed_boot_id
  unsettled=$journal_unsettled
  clear_journal
  journal_committed=$committed journal_committed_values=$committed_values journal_committed_boot_id=$committed_boot_id
  journal_unsettled=$unsettled
  journal_id=$1
  journal_boot_id=$(boot_id)
  journal_previous=$(running_system)
  journal_previous_etc=$(etc_of_host)
  journal_previous_profile=$(profile_system)
  journal_previous_generation=$(profile_generation)
  journal_generation=$journal_previous_generation
  journal_values=$values_digest
}
