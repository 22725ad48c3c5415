# --- A change of secrets alone --------------------------------------------------------------------------------------------

# The host runs, boots and has committed the system that was asked for, and nobody has changed any of it: then there is
# nothing to switch and nothing to make the boot default, and no service is touched but those that are named.
is_only_for_secrets() {
  goal_activates "$goal" && [ "$journal_unsettled" = no ] && [ "$journal_committed" = "$toplevel" ] &&
    [ "$journal_previous" = "$toplevel" ] && [ "$journal_previous_profile" = "$toplevel" ] && etc_is_of_running &&
    [ "$(boots_as_committed)" != no ] && committed_files_are_shown && only_secrets_differ
}
