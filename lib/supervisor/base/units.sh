# --- What systemd reports -----------------------------------------------------------------------------------------------

# The unit of a transaction.
unit_of() {
  printf 'cdktf-nixos-%s.service\n' "$1"
}

unit_is_alive() {
  has_systemd || return 1
  case $(systemctl show --property=ActiveState --value "$1") in
    inactive | failed | '') return 1 ;;
    *) return 0 ;;
  esac
}

# Without systemd, processes of their own do the work of its unit.
transaction_is_alive() {
  if has_systemd; then
    unit_is_alive "$(unit_of "$1")"
  else
    pgrep -u "$(id -u)" -f '^/bin/sh [^ ]+ (run|finalize|watch) '"$1\$" >/dev/null
  fi
}

system_is_stopping() {
  has_systemd && [ "$(systemctl is-system-running)" = stopping ]
}

# A service that systemd starts again and again is not in state failed between two tries, but it counts.
failed_units() (
  failed=$(list_units --state=failed) && retried=$(list_units --state=auto-restart,auto-restart-queued) || return
  {
    printf '%s\n' "$failed"
    for unit in $retried; do
      # Not its main program's status: the step that fails may come before it.
      [ "$(systemctl show --property=Result --value -- "$unit")" = success ] || printf '%s\n' "$unit"
    done
  } | sed '/^$/d' | sort -u
)

active_units() (
  active=$(list_units --state=active --type=service,socket,timer,path) || return
  printf '%s\n' "$active" | sed '/^$/d' | sort
)

# Only units that the system defines: ours and others that somebody made at run time (systemd-run) belong to no system. Nor
# those that a login, a crash or a connection makes (a socket may start a service for each): any user can break them.
list_units() (
  has_systemd || return 0
  foreign='(sshd|user|user-runtime-dir|systemd-coredump|autovt)@.*|[^@]*@[0-9]+-[0-9[].*|run-user-.*\.mount|.*\.scope'
  listed=$(systemctl list-units --plain --no-legend --no-pager "$@") || return
  printf '%s\n' "$listed" | while read -r unit _; do
    [ -e "/run/systemd/transient/$unit" ] || printf '%s\n' "$unit"
  done | grep -Evx -e "$foreign"
  return 0
)

# Prints which units of the input are not up, one a line.
units_down() (
  while read -r unit; do
    case $(systemctl show --property=ActiveState --value -- "$unit") in
      active | reloading | refreshing) ;;
      *) printf '%s\n' "$unit" ;;
    esac
  done
)

# In rescue or emergency mode, or on the way there.
system_is_in_maintenance() {
  [ "$(systemctl is-system-running)" = maintenance ]
}
