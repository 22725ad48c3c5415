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

# Restarts and reloads the units whose files differ, but for those that have been started since the files are shown: by the
# switch, for example. Only a unit that is up can be reloaded: one that has failed, perhaps because of the file, is
# restarted. Arguments: the generation of files that units have read, and the one that they are to read.
renew_units() {
  has_systemd || return 0
  to_restart=$({ units_to restart "$1" "$2" && units_to reload "$1" "$2" | units_down; } | still_running | sort -u)
  renew restart restarting "$to_restart" || return
  renew reload reloading "$(units_to reload "$1" "$2" | still_running | grep -vxF -e "$to_restart")"
}

# Called when other files are shown.
note_runs() {
  has_systemd || return 0
  { unit_lines restart && unit_lines reload; } | sort -u | while read -r _ _ noted; do run_of "$noted"; done >"$request/runs"
}

# A unit and the run that it is in: systemd gives each an id.
run_of() {
  printf '%s %s\n' "$1" "$(systemctl show --property=InvocationID --value -- "$1")"
}

still_running() {
  while read -r renewed; do
    if [ ! -e "$request/runs" ] || run_of "$renewed" | grep -qxFf "$request/runs"; then printf '%s\n' "$renewed"; fi
  done
}

# Arguments: what systemctl is to do, the same as a participle, and units, one a line.
renew() {
  [ -n "$3" ] || return 0
  printf 'cdktf-nixos: %s %s, whose delivered files changed\n' "$2" "$(printf '%s' "$3" | tr '\n' ' ')"
  # shellcheck disable=SC2086 # units: one word each
  bounded "$(limit_of_transaction)" systemctl "$1" -- $3 ||
    fail unit-restart-failed "these units cannot be ${1}ed, and their delivered files changed: $(printf '%s' "$3" | tr '\n' ' ')"
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
