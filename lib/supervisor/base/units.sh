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

system_is_stopping() {
  has_systemd && [ "$(systemctl is-system-running)" = stopping ]
}

# Between two tries of a service that systemd starts again and again it has not failed; its last try has.
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

# Without those of logins, which come and go.
active_units() (
  active=$(list_units --state=active --type=service,socket,timer,path) || return
  printf '%s\n' "$active" | grep -Ev '^(sshd|user|user-runtime-dir)@|^$' | sort
  return 0
)

# Units of the system: ours and others that somebody made at run time (systemd-run) belong to no system.
list_units() (
  has_systemd || return 0
  listed=$(systemctl list-units --plain --no-legend --no-pager "$@") || return
  printf '%s\n' "$listed" | while read -r unit _; do
    [ -e "/run/systemd/transient/$unit" ] || printf '%s\n' "$unit"
  done
)
