# --- What a login needs ---------------------------------------------------------------------------------------------------

# Those that are up. Not network.target: it refuses to be started by hand.
essential_units() (
  has_systemd || return 0
  up=$(list_units --state=active --type=target,service,socket) || return
  network='systemd-networkd|NetworkManager|dhcpcd|iwd|wpa_supplicant.*|network-setup|network-addresses-.*'
  {
    printf '%s\n' "$up" | grep -Ex -e "(sysinit|local-fs)\.target|dbus\.socket|(dbus|dbus-broker|$network)\.service"
    printf '%s\n' "$journal_serving_unit"
    ! system_is_in_maintenance || printf 'maintenance\n'
  } | sed '/^$/d' | sort -u
)

# Some units are up only some seconds after the program that starts them has ended.
essentials_are_up() {
  has_systemd || return 0
  up_by=$(($(now) + 10))
  until [ -z "$(essentials_down)" ]; do
    if [ "$(now)" -ge "$up_by" ]; then
      obstacle="the previous system is back, but not all that a login needs: $(essentials_down | tr '\n' ' ' | sed 's/ $//')"
      printf 'cdktf-nixos: %s\n' "$obstacle"
      return 1
    fi
    sleep 0.5
  done
}

# One a line; `maintenance` stands for emergency and rescue mode, unless the host was in it before.
essentials_down() (
  essential=$(cat "$request/essential-before" 2>/dev/null)
  printf '%s\n' "$essential" | sed -e '/^$/d' -e '/^maintenance$/d' | units_down
  case $newline$essential$newline in
    *"${newline}maintenance$newline"*) ;;
    *) ! system_is_in_maintenance || printf 'maintenance\n' ;;
  esac
)

# What a bad system has set off must be over before it can be undone: the jobs by which emergency mode stops units refuse
# all others. Jobs that start units are not waited for: they may take long, or fail again and again.
wait_for_jobs() {
  has_systemd || return 0
  jobs_by=$(($(now) + $1))
  while [ "$(now)" -lt "$jobs_by" ] && is_changing; do
    sleep 0.5
  done
}

is_changing() {
  systemctl list-jobs --plain --no-legend --no-pager | awk -v own="$(unit_of "$id")" '
    $2 != own && ($3 == "stop" || $2 ~ /^(emergency|rescue)\./) { found = 1 }
    END { exit !found }'
}

# NixOS's program for switching needs the bus, which emergency mode stops. The broken unit may be one that the bus needs,
# so dependencies are ignored.
start_bus() {
  has_systemd || return 0
  for bus_unit in dbus.socket dbus.service; do
    if systemctl --quiet is-active "$bus_unit"; then continue; fi
    bounded 30 systemctl start --job-mode=ignore-dependencies "$bus_unit"
  done
}

leave_maintenance() {
  if has_systemd && [ -n "$(essentials_down)" ]; then bounded 60 systemctl start default.target; fi
}
