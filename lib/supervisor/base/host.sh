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

# Seconds on a clock that nobody sets.
now() {
  # Without another program: a wait must end also where none can be started any more.
  read -r uptime _ </proc/uptime && printf '%s\n' "${uptime%%.*}"
}

running_system() {
  readlink -f /run/current-system
}

# Prints nothing when there is no profile.
profile_system() {
  [ ! -L "$profile" ] || readlink -f "$profile"
}

profile_generation() (
  generation=$(readlink "$profile" | sed -n 's/.*system-\([0-9]*\)-link$/\1/p')
  printf '%s\n' "${generation:-none}"
)

etc_of_host() {
  readlink -f /etc/static
}

# Whether /etc is the running system's. It is not after a switch that was killed in the middle, whoever began it. Without
# /etc/static, /etc is mounted as a whole.
etc_is_of_running() {
  { [ ! -e /etc/static ] && [ ! -L /etc/static ]; } || [ "$(etc_of_host)" = "$(readlink -f /run/current-system/etc)" ]
}

refuse_other_host() {
  [ "$(id -u)" = 0 ] || refuse not-root "$(id -un) is not root, and only root may deploy"
  is_nixos || refuse not-nixos 'the host is not NixOS: it has neither /etc/NIXOS nor ID=nixos in /etc/os-release'
}

# Called by every verb of a deployment that writes, before it does.
refuse_unfit_host() {
  refuse_other_host
  read_journal
  ! is_newer_journal ||
    refuse newer-format "the journal on the host has format $journal_format, this version knows formats up to 2"
  ! is_damaged_within_transaction || refuse damaged-journal "$(describe_damage)"
  [ -w /nix/var/nix/db ] || refuse failed '/nix is read-only'
  refuse_full_run
  refuse_full_state
}
