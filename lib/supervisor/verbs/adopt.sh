# --- adopt ------------------------------------------------------------------------------------------------------------

# For a host that runs the system already: from now on it boots the system, too, and its journal has it.
adopt() {
  require toplevel "$toplevel" files-digest "$files_digest"
  refuse_unfit_host
  refuse_unfit_toplevel
  refuse_other_system
  make_directories
  take_lock 5 || refuse busy 'another deployment holds the lock'
  describe_lock '' "$toplevel" "$by"
  read_journal
  [ -z "$journal_damage" ] || put_journal_aside || refuse failed 'the damaged journal cannot be renamed'
  is_final "$journal_state" || refuse busy "transaction $journal_id is not over (state $journal_state)"
  ! is_of_other_owner || refuse other-owner "$(describe_owners)"
  # Nobody may have switched before we had the lock.
  refuse_other_system
  begin_adoption
  set_boot_default "$toplevel" "${activation_seconds:-300}" >/dev/null 2>&1 || refuse_boot_default "$?"
  end_adoption
}

# Argument: the status of set_boot_default.
refuse_boot_default() {
  [ "$1" != 75 ] || refuse busy 'another program is switching this host'
  refuse failed "the boot default cannot be set (status $1)"
}

refuse_other_system() {
  [ "$(running_system)" = "$toplevel" ] || refuse drift "the host runs $(running_system)"
  [ "$(profile_system)" = "$toplevel" ] || refuse drift "the host boots $(profile_system)"
  [ "$(digest_of_committed_files)" = "$files_digest" ] ||
    refuse bad-request 'the host has other delivered files than this deployment'
}

# If we are killed while the boot default is being set, the journal says so.
begin_adoption() {
  new_journal "$(tr -d - </proc/sys/kernel/random/uuid)"
  journal_goal=switch journal_toplevel=$toplevel journal_by=$by journal_supervisor="$$ $(start_of $$)"
  journal_state=aborted journal_reason='the boot default could not be set' journal_reason_code=boot-failed
  journal_unsettled=yes
  record_journal || refuse failed 'the journal cannot be written'
}

end_adoption() {
  journal_committed=$toplevel journal_committed_boot_id='' journal_committed_running=$toplevel
  journal_boots=$(digest_of_boots)
  record_owner
  journal_state=committed journal_reason=adopted journal_reason_code=adopted journal_unsettled=no
  record_journal || refuse failed 'the journal cannot be written'
}
