# --- Facts about the host ---------------------------------------------------------------------------------------------

# The programs of the running system, by their store path: a switch must not change them under our feet.
use_host_programs() {
  PATH=/run/current-system/sw/bin:/run/wrappers/bin:/nix/var/nix/profiles/default/bin:${PATH-}:/usr/sbin:/usr/bin:/sbin:/bin
  programs=$(readlink -f /run/current-system/sw/bin) && [ -d "$programs" ] && PATH=$programs:$PATH
  export PATH
}

has_program() {
  command -v "$1" >/dev/null
}

has_systemd() {
  [ -d /run/systemd/system ]
}

is_nixos() {
  [ -e /etc/NIXOS ] || grep -Eqs '^ID="?nixos"?$' /etc/os-release
}

# Containers share the boot id of the kernel under them; the start of PID 1 tells their restarts apart.
boot_id() {
  printf '%s.%s\n' "$(cat /proc/sys/kernel/random/boot_id)" "$(start_of 1)"
}

# When a process started, in ticks since the kernel did; empty when there is none. A process id is used again, the pair is not.
start_of() {
  sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# Seconds on a clock that nobody sets.
now() {
  cut -d . -f 1 /proc/uptime
}

running_system() {
  readlink -f /run/current-system
}

# The profile's system, or nothing.
profile_system() {
  [ ! -L "$profile" ] || readlink -f "$profile"
}

profile_generation() {
  generation=$(readlink "$profile" | sed -n 's/.*system-\([0-9]*\)-link$/\1/p')
  printf '%s\n' "${generation:-none}"
}

free_kib() {
  df -Pk "$1" | awk 'NR == 2 { print $4 }'
}

compressions() {
  for program in zstd gzip; do
    if has_program "$program"; then printf '%s ' "$program"; fi
  done
  printf 'none\n'
}

is_valid_path() {
  nix-store --check-validity "$1" 2>/dev/null
}

# Called by every verb that writes, before it does.
refuse_unfit_host() {
  [ "$(id -u)" = 0 ] || refuse not-root "$(id -un) may not deploy: root is needed"
  is_nixos || refuse not-nixos 'neither /etc/NIXOS nor ID=nixos in /etc/os-release'
  read_journal
  case $journal_format in
    none | 1) ;;
    *) refuse newer-format "the journal has format $journal_format, known here: 1" ;;
  esac
  [ -w /nix/var/nix/db ] || refuse failed '/nix is read-only'
  free=$(free_kib /run)
  [ "$free" -ge "$min_run_kib" ] || refuse no-space "/run has $free KiB left, $min_run_kib KiB are needed"
}
