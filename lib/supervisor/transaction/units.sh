# --- Units before, during and after a switch --------------------------------------------------------------------------------

take_baseline() {
  failed_units >"$request/failed-before" && active_units >"$request/active-before" &&
    essential_units >"$request/essential-before"
}

refuse_new_failures() {
  [ "$(running_system)" = "$toplevel" ] || fail foreign-switch "somebody switched the host to $(running_system)" || return
  has_systemd || return 0
  new=$(describe_new_failures) || fail units-failed 'systemd does not report which units failed' || return
  [ -z "$new" ] || fail units-failed "$new"
}

# Prints nothing when there are none.
describe_new_failures() (
  failed_units >"$request/failed-now" || return
  comm -13 "$request/failed-before" "$request/failed-now" | tr '\n' ' ' |
    sed -e '/./!d' -e 's/^/units failed that had not failed before: /' -e 's/ $//'
)

# Arguments: the generation of files that units have read, and the one that they are to read.
restart_changed_units() {
  has_systemd || return 0
  changed_units=$(units_of_changed_files "$1" "$2")
  [ -n "$changed_units" ] || return 0
  # shellcheck disable=SC2086 # units: one word each
  set -- $changed_units
  printf 'cdktf-nixos: restarting %s, whose delivered files changed\n' "$*"
  bounded "$(limit_of_transaction)" systemctl restart -- "$@" ||
    fail unit-restart-failed "these units cannot be restarted, and their delivered files changed: $*"
}

# A unit that cannot be started again is no reason to restart the host. The journal names it, for the client to report.
start_units_of_before() {
  has_systemd || return 0
  active_units >"$request/active-now" || return 0
  comm -23 "$request/active-before" "$request/active-now" >"$request/stopped"
  if for_paths "$(cat "$request/stopped")" bounded 60 systemctl start --; then
    # One that is inactive again has ended by itself.
    failed_units >"$request/failed-now" || return 0
    comm -12 "$request/stopped" "$request/failed-now" >"$request/not-up"
  else
    units_down <"$request/stopped" >"$request/not-up"
  fi
  journal_not_up=$(list_of "$request/not-up")
}

# The lines of a file in one that is not too long for a message.
list_of() {
  tr '\n' ' ' <"$1" | cut -c -2000 | sed 's/ $//'
}
