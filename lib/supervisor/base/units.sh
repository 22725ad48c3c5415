# --- Units and /etc: what was, and what is ------------------------------------------------------------------------------

take_baseline() {
  failed_units >"$request/failed-before" && active_units >"$request/active-before"
}

etc_of_host() {
  readlink -f /etc/static
}

# Between two tries of a service that systemd starts again and again it has not failed; its last try has.
failed_units() {
  units=$(list_units --state=failed) && retried=$(list_units --state=auto-restart,auto-restart-queued) || return
  {
    printf '%s\n' "$units"
    for unit in $retried; do
      # Not its main program's status: what fails may be a step before it.
      [ "$(systemctl show --property=Result --value -- "$unit")" = success ] || printf '%s\n' "$unit"
    done
  } | sed '/^$/d' | sort -u
}

# Without those of logins, which come and go.
active_units() {
  units=$(list_units --state=active --type=service,socket,timer,path) || return
  printf '%s\n' "$units" | grep -Ev '^(sshd|user|user-runtime-dir)@|^$' | sort
  return 0
}

# Units of the system: ours and others that somebody made at run time (systemd-run) belong to no system.
list_units() {
  has_systemd || return 0
  listed=$(systemctl list-units --plain --no-legend --no-pager "$@") || return
  printf '%s\n' "$listed" | while read -r unit _; do
    [ -e "/run/systemd/transient/$unit" ] || printf '%s\n' "$unit"
  done
}

# One that can't be started again is no reason to restart the host: it may have been about to end.
start_units_of_before() {
  has_systemd || return 0
  active_units >"$request/active-now" || return 0
  comm -23 "$request/active-before" "$request/active-now" >"$request/stopped"
  for_paths "$(cat "$request/stopped")" bounded 60 systemctl start --
  return 0
}

# --- Values -----------------------------------------------------------------------------------------------------------

generation_of() {
  readlink "$values_directory/$1" || echo none
}

# Shows a generation of values as current or as committed.
point() {
  if [ "$2" = none ]; then
    rm -f "$values_directory/$1"
  else
    replace_link "$2" "$values_directory/$1"
  fi && sync "$values_directory"
}

# Restarts the units whose value differs between two generations. One that does not run reads it when it starts.
restart_changed_units() {
  has_systemd || return 0
  changed=$(units_of_changed_values "$1" "$2")
  [ -n "$changed" ] || return 0
  # shellcheck disable=SC2086 # units: one word each
  set -- $changed
  printf 'cdktf-nixos: restarting %s for changed values\n' "$*"
  bounded "$(limit_of_transaction)" systemctl restart -- "$@" || fail "units could not be restarted for changed values: $*"
}

units_of_changed_values() {
  sed -n 's/^restart=//p' "$request/header" | while read -r name unit; do
    [ "$(hash_of "$values_directory/$1/$name.json")" != "$(hash_of "$values_directory/$2/$name.json")" ] || continue
    case $(systemctl show --property=ActiveState --value -- "$unit") in inactive) ;; *) printf '%s\n' "$unit" ;; esac
  done | sort -u
}

hash_of() {
  sha256sum 2>/dev/null <"$1" || echo none
}
