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

# Told by the file itself and not by names: a user may put anything into the name of a file that he has open. A file of a
# file system that does not answer must not hold us.
root_has_open() (
  opened=$(stat -Lc %d:%i "$1") || return
  for process in $(processes_of_root); do
    set -- "/proc/$process/fd/"*
    [ -h "$1" ] || continue
    case $newline$(timeout -s KILL 5 stat -Lc %d:%i "$@" 2>/dev/null)$newline in *"$newline$opened$newline"*) return 0 ;; esac
  done
  return 1
)
