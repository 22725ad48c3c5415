# --- start ------------------------------------------------------------------------------------------------------------

start() {
  require id "$id" toplevel "$toplevel" expected-running "$expected_running" goal "$goal" nonce "$nonce" \
    activation-seconds "$activation_seconds" confirm-seconds "$confirm_seconds" \
    settle-seconds "$settle_seconds" files-digest "$files_digest"
  refuse_unfit_host
  request=$(request_directory "$id")
  { [ "$journal_id" != "$id" ] && [ ! -e "$request" ]; } || refuse bad-request 'this transaction has been started before'
  trap remove_request EXIT
  # A client that is gone is told why, too: that must not end us before we have tidied up.
  trap : PIPE
  refuse_unfit_toplevel
  ! lock_is_held || refuse busy "$(lock_by) is deploying $(lock_toplevel)"
  [ "$(running_system)" = "$expected_running" ] || refuse drift "the host runs $(running_system), not $expected_running"
  make_directories
  store_supervisor
  root_path "$toplevel"
  root_path "$expected_running"
  write_request
  receive_files
  report_changes
  launch "$(stored_supervisor)"
  follow waiting
}

launch() {
  if has_systemd; then launch_unit "$1"; else launch_session "$1"; fi
  # From here on the request belongs to the transaction.
  trap - EXIT PIPE
}

# PID 1 holds it: whatever ends it (a limit, a signal, lack of memory), what it left is killed and then it is finalized.
# It has to outlive what a bad system brings about: by its default dependencies emergency mode would stop it, and so would
# `systemctl isolate`. Only a shutdown may.
launch_unit() {
  message=$(systemd-run --quiet --collect --no-ask-password --service-type=exec --unit="$(unit_of "$id")" \
    --description="cdktf-nixos deployment of $toplevel" --setenv=PATH="$PATH" --setenv=HOME=/root \
    --property=KillMode=control-group --property=KillSignal=SIGKILL --property=OOMScoreAdjust=-900 \
    --property=RuntimeMaxSec="$(run_seconds)" --property=TimeoutStopSec=infinity \
    --property=ExecStopPost="/bin/sh $1 finalize $id" \
    --property=StandardInput=null --property=DefaultDependencies=no --property=IgnoreOnIsolate=yes \
    --property=Conflicts=shutdown.target --property=Before=shutdown.target --property=After=local-fs.target \
    /bin/sh "$1" run "$id" 2>&1) || has_begun || refuse failed "systemd does not start the transaction: $message"
}

# systemd-run can fail although PID 1 has taken the unit: the bus may end before the reply. In doubt the transaction counts
# as begun, because one that runs needs its request.
has_begun() {
  asked_until=$(($(now) + 10))
  until [ "$(now)" -ge "$asked_until" ]; do
    read_journal
    if [ "$journal_id" = "$id" ] || [ -e "$request/refusal" ]; then return 0; fi
    if unit_state=$(systemctl show --property=ActiveState --value "$(unit_of "$id")" 2>/dev/null); then
      case $unit_state in inactive | failed | '') return 1 ;; *) return 0 ;; esac
    fi
    sleep 1
  done
}

launch_session() {
  setsid env -i PATH="$PATH" HOME=/root /bin/sh "$1" run "$id" </dev/null >/dev/null 2>&1 &
  setsid env -i PATH="$PATH" HOME=/root /bin/sh "$1" watch "$id" "$!" </dev/null >/dev/null 2>&1 &
}
