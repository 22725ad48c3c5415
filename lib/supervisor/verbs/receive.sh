# --- receive ----------------------------------------------------------------------------------------------------------

receive() {
  require id "$id" compression "$compression" stall-seconds "$stall_seconds"
  refuse_unfit_host
  make_directories
  end_import_of "$id"
  take_copy_lock
  import
}

# One import at a time. It inherits descriptor 8, so that the lock lasts as long as the import, whatever becomes of us.
take_copy_lock() {
  exec 8>>"$copy_lock"
  flock -n 8 && return
  event waiting copy
  until flock -w 1 8; do
    bound_import
  done
}

# Says first which session it is, for bound_import.
# shellcheck disable=SC2016 # expanded by the shell that runs it
import_program='echo "$1 $$ $2" >"$3"; $4 | nix-store --import'

import() {
  : >"$copy_record"
  output=$run_directory/copy-$id
  case $compression in
    zstd) decompress='zstd -d -q -c' ;;
    gzip) decompress='gzip -d -c' ;;
    none) decompress='cat' ;;
  esac
  # A session of its own: the decompressor may wait for a dead connection and has to end with the import. The shell gives
  # background processes an empty input, hence the detour by 3.
  exec 3<&0
  setsid sh -c "$import_program" sh "$id" "$stall_seconds" "$copy_record" "$decompress" <&3 >"$output" 2>"$output.errors" &
  importer=$!
  until [ -s "$copy_record" ] || ! kill -0 "$importer" 2>/dev/null; do sleep 0.1; done
  stalled=no
  bound_import
  wait "$importer"
  status=$?
  : >"$copy_record"
  received=$(grep -c '^/nix/store/' "$output")
  [ "$status" = 0 ] || tail -n 10 "$output.errors" | events log
  # What its last process said while we ended the others is not the cause.
  error=''
  [ "$stalled" = yes ] || error=$(tail -n 1 "$output.errors")
  rm -f "$output" "$output.errors"
  [ "$status" = 0 ] || refuse_import "$error"
  event received "$received"
}

refuse_import() {
  case $1 in
    *'No space left'* | *'disk is full'*) refuse no-space "the import ended: $1" ;;
    *) refuse failed "the import ended: ${1:-it made no progress for $stall_seconds s, or was killed}" ;;
  esac
}

# Watches the import that the record names until it is over. Ends it when it moves nothing for as long as its client said:
# behind a dead connection it would hold the locks of its paths for ever.
bound_import() {
  read -r _ importing limit <"$copy_record" || return 0
  moved=-1
  while pgrep -s "$importing" >/dev/null; do
    moved_before=$moved
    moved=$(bytes_moved_by "$importing")
    [ "$moved" = "$moved_before" ] || stalled_since=$(now)
    [ $(($(now) - stalled_since)) -lt "$limit" ] || { stalled=yes && pkill -KILL -s "$importing"; }
    sleep 0.5
  done
}

bytes_moved_by() {
  for process in $(pgrep -s "$1"); do
    cat "/proc/$process/io" 2>/dev/null
  done | awk '/^[rw]char:/ { sum += $2 } END { printf "%.0f\n", sum }'
}

# A client that comes again has no use for what its first connection left.
end_import_of() {
  read -r importing_id importing _ 2>/dev/null <"$copy_record" || return 0
  [ "$importing_id" = "$1" ] || return 0
  flock -n "$copy_lock" true || pkill -KILL -s "$importing"
}
