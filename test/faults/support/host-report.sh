# shellcheck shell=sh
# Prints the state of a host, one `key=value` per line: what it runs and boots, whether /etc and the services are that
# system's, and the leftovers of deployments. Reads only. Runs as root inside a lab host.
set -u
state=/var/lib/cdktf-nixos
running=$(readlink -f /run/current-system)
units=$running/etc/systemd/system

printf 'running=%s\n' "$running"
printf 'profile=%s\n' "$(readlink -f /nix/var/nix/profiles/system)"
printf 'boots=%s\n' "$(cat /boot/default)"
printf 'generation=%s\n' "$(readlink /nix/var/nix/profiles/system)"
printf 'generations=%s\n' "$(find /nix/var/nix/profiles -maxdepth 1 -name 'system-*-link' | wc -l)"

etc_files() {
  (cd "$running/etc/" && find . -mindepth 1 ! -type d ! -name '*.mode') | sed 's|^\./||'
}

check_etc() {
  [ "$(readlink -f /etc/static)" = "$(readlink -f "$running/etc")" ] || echo "etc=static belongs to $(readlink -f /etc/static)"
  etc_files | while IFS= read -r name; do
    if [ -e "$running/etc/$name.mode" ]; then
      read -r mode user group <"$running/etc/$name.mode"
      cmp -s "$running/etc/$name" "/etc/$name" || echo "etc=$name has another content"
      [ "$(stat -c '0%a %U %G' "/etc/$name" 2>/dev/null)" = "$mode $user $group" ] || echo "etc=$name has another mode"
    elif [ "$(readlink -f "/etc/$name")" != "$(readlink -f "$running/etc/$name")" ]; then
      echo "etc=$name is $(readlink -f "/etc/$name")"
    fi
  done
  find /etc -xdev -type l -lname '/etc/static/*' | while IFS= read -r name; do
    [ -e "$name" ] || echo "etc=$name points to nothing"
  done
}

# Services that stay active once they were started.
wanted_services() {
  for unit in "$units"/multi-user.target.wants/*.service; do
    [ -e "$unit" ] || continue
    if grep -qx 'Type=oneshot' "$unit" && ! grep -qx 'RemainAfterExit=true' "$unit"; then continue; fi
    basename "$unit"
  done
}

# The program that a unit's file names must be what its process runs.
check_process() {
  program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$units/$1")
  [ "$2" = 0 ] || tr '\0' ' ' <"/proc/$2/cmdline" 2>/dev/null | grep -qF "$program" || echo "services=$1 does not run $program"
}

property() {
  systemctl show --value --property "$2" "$1"
}

check_systemd_services() {
  wanted_services | while IFS= read -r unit; do
    [ "$(property "$unit" ActiveState)" = active ] || echo "services=$unit is $(property "$unit" ActiveState)"
    [ "$(property "$unit" NeedDaemonReload)" = no ] || echo "services=$unit is not loaded anew"
    [ "$(readlink -f "$(property "$unit" FragmentPath)")" = "$(readlink -f "$units/$unit")" ] || echo "services=$unit is of another system"
    check_process "$unit" "$(property "$unit" MainPID)"
  done
  systemctl list-units --plain --no-legend --type=service --state=active | while read -r unit _; do
    case $(property "$unit" FragmentPath) in
      /etc/systemd/system/*) [ -e "$units/$unit" ] || echo "services=$unit runs and does not belong to the system" ;;
    esac
  done
}

check_daemons() {
  wanted_services | while IFS= read -r unit; do
    [ -e "/run/units/$unit/active" ] || echo "services=$unit is not active"
    cmp -s "/run/units/$unit/unit" "$units/$unit" || echo "services=$unit is of another system"
    check_process "$unit" "$(cat "/run/units/$unit/main" 2>/dev/null || echo 0)"
  done
  for active in /run/units/*/active; do
    unit=$(basename "$(dirname "$active")")
    [ -e "$units/$unit" ] || echo "services=$unit runs and does not belong to the system"
  done
}

# The one in /run is newer than the disk's, as docs/activation.md has it.
journal() {
  newest=/run/cdktf-nixos/journal
  [ -e "$newest" ] || newest=$state/journal
  sed -n "s/^$1=//p" "$newest" 2>/dev/null
}

check_leftovers() {
  find /nix/var/nix/gcroots/cdktf-nixos -mindepth 1 -printf 'root=%P -> %l\n' 2>/dev/null
  find /run/cdktf-nixos -regextype posix-extended -maxdepth 1 -regex '.*/(copy-)?[0-9a-f]{32}.*' -printf 'request=%p\n' 2>/dev/null
  find "$state/supervisor" -type f ! -name '*.sh' 2>/dev/null | sed 's/^/request=/'
  find /tmp /var/tmp -mindepth 1 -not -path '*/systemd-private-*' -printf 'temporary=%p\n' 2>/dev/null
  for generation in "$state"/values/* "$state"/secrets/* /run/cdktf-nixos-secrets/*; do
    case ${generation##*/} in
      current | committed | '*' | "$(readlink "$state/values/current")" | "$(readlink "$state/values/committed")") ;;
      *) echo "files=$generation" ;;
    esac
  done
  find "$state" -name '*.tmp*' -o -name '*.new' 2>/dev/null | sed 's/^/temporary=/'
  if [ -d /run/systemd/system ]; then
    systemctl list-units --all --plain --no-legend 'cdktf-nixos*' | grep -Ev '^cdktf-nixos-(values|secret)' | sed 's/^/unit=/'
  fi
  # All but this script and its ps; whose they are is the reader's to judge.
  # shellcheck disable=SC2009 # pgrep prints no arguments of all processes
  ps -eo args= | grep -v -e check_leftovers -e '^ps -eo args=' -e '^sed s' | sed 's/^/process=/'
}

check_store() {
  # shellcheck disable=SC2046 # store paths
  nix-store --verify-path $(nix-store --query --requisites "$running") 2>&1 | sed -n "s/^path '\([^']*\)' was modified.*/damaged=\1/p"
}

check_etc
check_store
if [ -d /run/systemd/system ]; then
  check_systemd_services
else
  check_daemons
fi
printf 'state=%s\n' "$(journal state)"
check_leftovers
