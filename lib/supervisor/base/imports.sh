# --- Imports into the store: one at a time ------------------------------------------------------------------------------

# An import inherits descriptor 8, so the lock lasts as long as the import, even when we end before it.
take_copy_lock() {
  exec 8>>"$copy_lock"
  flock -n 8 && return
  event waiting copy
  until flock -w 1 8; do
    bound_import
  done
}

# Watches the import that the record names until it is over. Kills it, and returns 1, when it moves nothing for as long as
# its client allows: behind a dead connection it would hold the locks of its paths for ever.
bound_import() {
  read -r _ importing stall_limit <"$copy_record" || return 0
  stalled=0
  moved=-1
  while pgrep -s "$importing" >/dev/null; do
    moved_before=$moved
    moved=$(bytes_moved_by "$importing")
    [ "$moved" = "$moved_before" ] || last_moved=$(now)
    [ $(($(now) - last_moved)) -lt "$stall_limit" ] || { stalled=1 && pkill -KILL -s "$importing"; }
    sleep 0.5
  done
  return "$stalled"
}

bytes_moved_by() (
  for process in $(pgrep -s "$1"); do
    cat "/proc/$process/io" 2>/dev/null
  done | awk '/^[rw]char:/ { sum += $2 } END { printf "%.0f\n", sum }'
)

# A client that comes again has no use for the import of its first connection.
end_import_of() (
  read -r owner session _ 2>/dev/null <"$copy_record" || return 0
  [ "$owner" = "$1" ] || return 0
  flock -n "$copy_lock" true || pkill -KILL -s "$session"
)
