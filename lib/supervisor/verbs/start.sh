# --- start ------------------------------------------------------------------------------------------------------------

start() {
  require id "$id" toplevel "$toplevel" expected-running "$expected_running" goal "$goal" nonce "$nonce" \
    activation-seconds "$activation_seconds" confirm-seconds "$confirm_seconds" values-digest "$values_digest"
  refuse_unfit_host
  request=$(request_directory "$id")
  { [ "$journal_id" != "$id" ] && [ ! -e "$request" ]; } || refuse bad-request 'this transaction has been started before'
  trap withdraw EXIT
  refuse_unfit_toplevel
  ! lock_is_held || refuse busy "$(sed -n 3p "$lock") deploys $(sed -n 2p "$lock")"
  [ "$(running_system)" = "$expected_running" ] || refuse drift "$(running_system) runs, not $expected_running"
  make_directories
  store_supervisor
  root_path "$toplevel"
  root_path "$expected_running"
  write_request
  receive_values
  launch
  follow waiting
}

# Everything about the transaction that only this boot needs.
request_directory() {
  printf '%s\n' "$run_directory/$1"
}

# What a client brought for a transaction that did not begin.
withdraw() {
  read_journal
  rm -rf "$request" "${values_directory:?}/$id"
  for system in "$toplevel" "$expected_running"; do
    is_of_transaction "$system" || rm -f "$roots_directory/${system##*/}"
  done
}

write_request() {
  mkdir "$request" || refuse failed "$request can't be made"
  {
    printf '%s=%s\n' id "$id" toplevel "$toplevel" expected-running "$expected_running" goal "$goal" by "${by:-unknown}" \
      activation-seconds "$activation_seconds" confirm-seconds "$confirm_seconds" values-digest "$values_digest"
    printf '%s' "$restarts" | sed 's/^/restart=/'
    printf '\n'
  } >"$request/header" && printf '%s\n' "$nonce" >"$request/nonce" && connection >"$request/connection" && return
  refuse failed "$request can't be written"
}

# The values of this transaction become a directory; nobody reads it before it is flipped to.
receive_values() {
  generation=$values_directory/$id
  mkdir "$generation" || refuse failed "$generation can't be made"
  printf '%s' "$values" >"$request/values"
  while read -r name bytes <&7; do
    [ ! -e "$generation/$name.json" ] || refuse bad-request "the value $name comes twice"
    head -c "$bytes" >"$generation/$name.json"
    [ "$(stat -c %s "$generation/$name.json")" = "$bytes" ] || refuse failed "the value $name did not arrive completely"
    chmod 644 "$generation/$name.json"
    sync "$generation/$name.json" || refuse failed "the value $name could not be written to the disk"
  done 7<"$request/values"
  chmod 755 "$generation"
  sync "$generation" "$values_directory" || refuse failed 'the values could not be written to the disk'
}

launch() {
  if has_systemd; then launch_unit; else launch_session; fi
  # From here on the request belongs to the transaction.
  trap - EXIT
}

# PID 1 holds it: whatever ends it (a limit, a signal, lack of memory), what it left is killed and then it is finalized.
launch_unit() {
  message=$(systemd-run --quiet --collect --no-ask-password --service-type=exec --unit="$(unit_of "$id")" \
    --description="cdktf-nixos deployment of $toplevel" --setenv=PATH="$PATH" --setenv=HOME=/root \
    --property=KillMode=control-group --property=KillSignal=SIGKILL --property=OOMScoreAdjust=-900 \
    --property=RuntimeMaxSec="$(run_seconds)" --property=TimeoutStopSec=infinity \
    --property=ExecStopPost="/bin/sh $stored_supervisor finalize $id" \
    --property=StandardInput=null \
    /bin/sh "$stored_supervisor" run "$id" 2>&1) || transaction_is_begun || refuse failed "systemd does not start the transaction: $message"
}

# systemd-run can fail for us alone: PID 1 has taken the unit, and the bus went away before it said so. What can't be told
# counts as begun, for a transaction that runs needs its request.
transaction_is_begun() {
  asked_until=$(($(now) + 10))
  until [ "$(now)" -ge "$asked_until" ]; do
    read_journal
    if [ "$journal_id" = "$id" ] || [ -e "$request/refusal" ]; then return 0; fi
    if state=$(systemctl show --property=ActiveState --value "$(unit_of "$id")" 2>/dev/null); then
      case $state in inactive | failed | '') return 1 ;; *) return 0 ;; esac
    fi
    sleep 1
  done
}

unit_of() {
  printf 'cdktf-nixos-%s.service\n' "$1"
}

# The most that a transaction may take, in activation limits: switch, restarts and boot default; on the way back the boot
# default, three waits for other programs that switch, two switches and their restarts. And what has limits of its own.
run_seconds() {
  printf '%s\n' $((12 * activation_seconds + confirm_seconds + 900))
}

launch_session() {
  setsid env -i PATH="$PATH" HOME=/root /bin/sh "$stored_supervisor" run "$id" </dev/null >/dev/null 2>&1 &
  setsid env -i PATH="$PATH" HOME=/root /bin/sh "$stored_supervisor" watch "$id" "$!" </dev/null >/dev/null 2>&1 &
}
