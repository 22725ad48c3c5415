# --- NixOS's own lock -------------------------------------------------------------------------------------------------------

# NixOS lets one program switch at a time; the others fail at once. Waits until root no longer holds its lock. By default
# everyone can read the file, and whoever can read it can hold the lock: from now on only root can.
wait_for_other_switch() {
  free_by=$(($(now) + $1))
  until own_switch_lock; do
    [ "$(now)" -lt "$free_by" ] || return
    sleep 0.5
  done
}

# Fails when a process of root holds the lock.
own_switch_lock() {
  (mkdir -p "${switch_lock%/*}" && chmod 755 "${switch_lock%/*}" && : >>"$switch_lock") 2>/dev/null || return 0
  exec 6>>"$switch_lock"
  if ! flock -n 6; then
    exec 6>&-
    ! root_has_open "$switch_lock" || return
    printf 'cdktf-nixos: a process that is not root held the lock for switching, %s; it has no say\n' "$switch_lock"
  elif [ "$(stat -c '%a %u' "$switch_lock")" = '600 0' ]; then
    exec 6>&-
    return 0
  fi
  replace_switch_lock
}

# Somebody may have the old file open. Descriptor 6 keeps that one's lock: a program of root that opened it before we
# replace it must fail, as it would while we switch. On a full disk the old file has to do.
replace_switch_lock() {
  (: >"$switch_lock.new" && chmod 600 "$switch_lock.new" && mv -T "$switch_lock.new" "$switch_lock") 2>/dev/null && return
  exec 6>&-
}

# Judged by the real user of a process: a program like sudo keeps open what its caller had open.
root_has_open() (
  for process in $(processes_with_open "$1"); do
    [ "$(awk '/^Uid:/ { print $2 }' "/proc/$process/status" 2>/dev/null)" != 0 ] || return 0
  done
  return 1
)

processes_with_open() {
  # shellcheck disable=SC2012 # where the descriptors lead
  ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v opened="$1" '
    /^\/proc\// { split($0, parts, "/"); process = parts[3] }
    $NF == opened && $(NF - 1) == "->" { print process }'
}
