# --- The unit that serves our connection --------------------------------------------------------------------------------

# The service among our ancestors, usually sshd's. For one that is started for each connection, its socket. Prints nothing
# when there is none.
serving_unit() (
  has_systemd || return 0
  process=$$ ancestor=$$ unit=''
  while [ -z "$unit" ] && [ "${process:-0}" -gt 1 ]; do
    unit=$(service_of "$process")
    ancestor=$process
    process=$(parent_of "$process")
  done
  # A login may have moved the process of its connection to a scope of its own.
  [ -n "$unit" ] || unit=$(service_with_main_process "$ancestor")
  # run0 had systemd start us, away from the connection: it is served by sshd, under the names that NixOS has for it.
  if [ -n "$unit" ] && [ -e "/run/systemd/transient/$unit" ]; then unit=$(active_one sshd.service sshd.socket); fi
  case $unit in
    *@*) socket=$(systemctl show --property=TriggeredBy --value -- "$unit" | grep -Eo '[^ ]+\.socket' | head -n 1) ;;
    *) socket='' ;;
  esac
  printf '%s\n' "${socket:-$unit}"
)

# The first of these units that is active.
active_one() {
  for candidate in "$@"; do
    if systemctl --quiet is-active "$candidate"; then printf '%s\n' "$candidate" && return; fi
  done
}

parent_of() {
  sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 2
}

service_of() {
  sed -n -E -e '/:\/user\.slice\//d' -e 's,^(0:|[0-9]+:name=systemd):(.*/)?([^/]+\.service)(/.*)?$,\3,p' \
    "/proc/$1/cgroup" 2>/dev/null | head -n 1
}

service_with_main_process() {
  systemctl show --property=Id --property=MainPID '*.service' |
    awk -v RS= -v main="MainPID=$1" '{
      found = 0
      for (i = 1; i <= NF; i++) { if ($i == main) found = 1; if ($i ~ /^Id=/) id = substr($i, 4) }
      if (found) { print id; exit }
    }'
}
