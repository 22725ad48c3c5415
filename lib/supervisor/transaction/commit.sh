# --- The commit: profile and boot default -----------------------------------------------------------------------------------

commit() {
  goal_sets_boot_default "$goal" || fail boot-failed "goal $goal sets no boot default" || return
  enter_state committing || return
  [ "$(profile_system)" = "$journal_previous_profile" ] ||
    fail foreign-switch "somebody set the profile to $(profile_system)" || return
  is_unswitched || commit_system || return
  link_generation committed "$id" || fail files-failed 'the delivered files cannot be committed' || return
  enter_committed
}

commit_system() {
  set_profile || fail profile-failed 'the profile cannot be set' || return
  journal_generation=$(profile_generation) journal_boot_begun=yes
  enter_state committing || return
  set_boot_default "$toplevel" "$activation_seconds" || fail_to_boot "$?"
}

# Argument: the status of set_boot_default.
fail_to_boot() {
  [ "$1" != 75 ] || fail switch-busy 'another program is switching this host' || return
  fail boot-failed "the boot default cannot be set (status $1)"
}

# If this fails, the rollback writes the journal, too: then it must name the commit before.
enter_committed() {
  commit_before=$(print_commit) unsettled_before=$journal_unsettled
  journal_committed=$toplevel journal_committed_files=$files_digest journal_committed_boot_id=$journal_boot_id
  journal_committed_running=$(running_system) journal_boots=$(digest_of_boots)
  record_owner
  enter_state committed && return
  take_commit "$commit_before"
  journal_unsettled=$unsettled_before
  return 1
}

set_profile() {
  nix_env --set "$toplevel" && [ "$(profile_system)" = "$toplevel" ] && sync -f /nix/var/nix
}

# nix-env makes a ~/.nix-defexpr: not in anyone's home.
nix_env() {
  bounded 120 env HOME="$run_directory" nix-env --profile "$profile" "$@"
}
