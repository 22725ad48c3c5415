# --- The checks that a system makes before it is switched to ----------------------------------------------------------------

# Returns the status of the program, 1 when a check refuses the system. The program holds NixOS's lock meanwhile, so it is
# not asked while another transaction or program needs that: the switch asks again and is rolled back. A transaction that
# begins now does not fail: it waits 5 s for our lock, which we share until the program has NixOS's, and a minute for that.
ask_checks() {
  { share_lock && own_switch_lock >/dev/null 2>&1; } || return 75
  checks_pipe=$run_directory/copy-$id.pipe
  { rm -f "$checks_pipe" && mkfifo "$checks_pipe"; } || return 75
  limit_output <"$checks_pipe" >"$(output_of_checks)" &
  checks_output=$!
  run_checks >"$checks_pipe" 2>&1 &
  checks=$!
  share_lock_with "$checks"
  kill_left_by_checks "$checks"
  rm -f "$checks_pipe"
  await_output "$checks_output"
  wait "$checks"
}

output_of_checks() {
  printf '%s\n' "$run_directory/copy-$id.check"
}

# In a session of its own and with a mark, to find what is left. Not `bounded`, which would take what another transaction
# runs for its own. Others wait a minute for NixOS's lock, so it ends before that.
run_checks() {
  umask 022
  exec setsid timeout -k "$stop_seconds" 30 env -i PATH="$PATH" HOME=/root CDKTF_NIXOS_CHECK="$id" \
    "$toplevel/bin/switch-to-configuration" check </dev/null 9>&- 6>&-
}

# Waits for the program, for 4 s of that with our lock.
share_lock_with() {
  unshared_at=$(($(now) + 4))
  until has_ended "$1"; do
    [ "$(now)" -lt "$unshared_at" ] || exec 9>&-
    sleep 0.1
  done
  exec 9>&-
}

kill_left_by_checks() {
  checks_end_by=$(($(now) + 5))
  while left=$({ processes_in_session "$1"; processes_with "CDKTF_NIXOS_CHECK=$id"; } | grep -vx "$1") &&
    [ "$(now)" -lt "$checks_end_by" ]; do
    # shellcheck disable=SC2086 # process ids: one word each
    kill -KILL $left 2>/dev/null
    sleep 0.1
  done
}
