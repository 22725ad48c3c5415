# --- verify -----------------------------------------------------------------------------------------------------------

verify() {
  require id "$id" toplevel "$toplevel" all "$all"
  paths=$(read_paths) || refuse bad-request 'the list of store paths is incomplete or holds something else'
  refuse_unfit_host
  make_store_durable || refuse failed 'the store cannot be written to the disk'
  # A restart since the last commit may have been a power cut, with paths in the store that were never on the disk.
  if [ "$all" = yes ] || [ "$journal_committed_boot_id" != "$(boot_id)" ]; then
    paths=$(nix-store --query --requisites "$toplevel" 2>/dev/null) || refuse damaged "$toplevel is not complete on the host"
    event verifying "$(printf '%s\n' "$paths" | wc -l)"
  fi
  verify_paths "$paths"
  refuse_unfit_toplevel
  if goal_activates "$goal"; then refuse_needed_reboot && refuse_failed_check; fi
}

make_store_durable() {
  sync -f /nix/store /nix/var/nix/db
}

verify_paths() {
  for_paths "$1" nix-store --verify-path 2>/dev/null && return
  damaged=$(for_paths "$1" damaged_of)
  [ -n "$damaged" ] || return 0
  delete_damaged "$damaged"
}

damaged_of() (
  for path in "$@"; do
    nix-store --verify-path "$path" 2>/dev/null || printf '%s\n' "$path"
  done
)

# What refers to a damaged path goes with it, because Nix keeps a path that another refers to. What a root needs stays:
# its owner decides.
delete_damaged() {
  needed_by=$(who_needs "$1") || refuse failed 'nix-store does not report who needs damaged store paths'
  cure='repair them by hand (nix-store --verify --check-contents --repair), or remove what needs them'
  [ -z "$needed_by" ] || refuse failed "$needed_by needs damaged store paths, such as ${1%%"$newline"*}; $cure"
  removed=$(for_paths "$1" nix-store --query --referrers-closure) ||
    refuse failed 'nix-store does not report what refers to damaged store paths'
  removed=$(printf '%s\n' "$removed" | sort -u)
  for_paths "$removed" nix-store --delete --ignore-liveness >/dev/null 2>&1 ||
    refuse failed 'damaged store paths cannot be removed'
  printf '%s\n' "$removed" | events damaged
  refuse damaged "$(printf '%s\n' "$removed" | wc -l) store paths are damaged; they were removed and must be copied again"
}

# The system in use, or the first other root: an older generation, a user's profile, a process. Not those of deployments.
who_needs() (
  # shellcheck disable=SC2046 # store paths: one word each
  in_use=$(nix-store --query --requisites $(systems_in_use)) || return
  for path in $1; do
    case $newline$in_use$newline in *"$newline$path$newline"*) echo 'the system that runs or boots' && return ;; esac
  done
  roots=$(for_paths "$1" nix-store --query --roots) || return
  printf '%s\n' "$roots" | sed -E 's/ -> .*//; s,^/proc/([0-9]+)/.*,the running process \1,' |
    grep -Ev "^($roots_directory/|\{temp)" | head -n 1
)

systems_in_use() (
  for link in /run/current-system /run/booted-system "$profile"; do
    [ ! -e "$link" ] || readlink -f "$link"
  done
)

# What switch-to-configuration itself would refuse, as data: then nothing has been tried yet.
refuse_needed_reboot() {
  current=$(running_system)
  [ "$(cat "$toplevel/init-interface-version" 2>/dev/null)" = "$(cat "$current/init-interface-version" 2>/dev/null)" ] ||
    refuse needs-reboot 'the new system has a different init interface from the running one'
  changed_parts=$(changed_inhibitors "$current/switch-inhibitors" "$toplevel/switch-inhibitors")
  [ -z "$changed_parts" ] || refuse needs-reboot "these parts cannot be replaced in a running system: $changed_parts"
}

# The system's own checks are asked before anything is tried. Programs without them are not asked, and one that cannot run
# them alone prints its usage. Any other failure is no verdict on the system: the switch asks again, and it has more time.
refuse_failed_check() {
  grep -aq PRE_SWITCH_CHECK "$toplevel/bin/switch-to-configuration" || return 0
  make_directories
  ask_checks
  check_status=$?
  check_said=$(last_lines "$(output_of_checks)")
  rm -f "$(output_of_checks)"
  [ "$check_status" = 1 ] || return 0
  ! matches '[Uu]sage: .*switch-to-configuration.*' "$check_said" || return 0
  # It may have read a secret, also one that its client does not know.
  printf '%s\n' "$check_said" | without_secrets | events log
  refuse check-failed 'a check of the system refused it'
}

# Keys of two JSON objects of strings that both have and that differ, with both values.
changed_inhibitors() {
  [ -f "$1" ] && [ -f "$2" ] || return 0
  { inhibitors "$1"; echo; inhibitors "$2"; } |
    awk -F '\t' '
      $0 == "" { second = 1; next }
      !second { old[$1] = $2; next }
      ($1 in old) && old[$1] != $2 { printf "%s%s: %s -> %s", separator, $1, old[$1], $2; separator = ", " }'
}

inhibitors() (
  string='"([^"\\]|\\.)*"'
  grep -Eo "${string}[[:space:]]*:[[:space:]]*${string}" "$1" | sed -E "s/^($string)[[:space:]]*:[[:space:]]*/\1\t/"
)
