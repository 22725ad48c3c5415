# --- run: the transaction ---------------------------------------------------------------------------------------------

run() {
  open_request "$1"
  take_lock 5 || decline busy "$(lock_by) is deploying $(lock_toplevel)"
  describe_lock "$id" "$toplevel" "$by"
  found_running=$(running_system)
  recover
  [ "$found_running" = "$expected_running" ] || decline drift "the host runs $found_running, not $expected_running"
  ! is_of_other_owner || decline other-owner "$(describe_owners)"
  begin || decline failed "$failure"
  if proceed; then return 0; fi
  roll_back "$failure_code" "$failure"
}

open_request() {
  id=$1
  request=$(request_directory "$1")
  write_log
  read_header <"$request/header" || decline bad-request "$failure"
  is_goal "$goal" || decline bad-request "unknown goal: $goal"
}

proceed() {
  ! goal_activates "$goal" || switch_and_prove || return
  commit
}

# Ends without having changed anything; the client gets the reason.
decline() {
  printf 'cdktf-nixos: %s: %s\n' "$1" "$2"
  printf '%s %s\n' "$1" "$2" >"$request/refusal.new" && mv "$request/refusal.new" "$request/refusal"
  exit 75
}

begin() {
  new_journal "$id"
  journal_goal=$goal journal_toplevel=$toplevel journal_by=$by
  journal_supervisor="$$ $(start_of $$)"
  journal_serving_unit=$(cat "$request/serving-unit" 2>/dev/null)
  journal_files_before=$(generation_of current)
  journal_files_committed_before=$(generation_of committed)
  ! is_only_for_secrets || journal_unswitched=$id
  take_baseline || fail units-failed 'systemd does not report which units run' || return
  keep_spare
  enter_state started
}
