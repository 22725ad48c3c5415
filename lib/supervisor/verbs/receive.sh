# --- receive ----------------------------------------------------------------------------------------------------------

receive() {
  require id "$id" compression "$compression" stall-seconds "$stall_seconds"
  refuse_unfit_host
  make_directories
  end_import_of "$id"
  take_copy_lock
  import
}

import() {
  output=$run_directory/copy-$id
  begin_import
  import_stalled=no
  bound_import || import_stalled=yes
  wait "$!"
  import_status=$?
  : >"$copy_record"
  received=$(grep -c '^/nix/store/' "$output")
  [ "$import_status" = 0 ] || tail -n 10 "$output.errors" | events log
  # What its last process printed while we killed the others is not the cause.
  import_error=''
  [ "$import_stalled" = yes ] || import_error=$(tail -n 1 "$output.errors")
  rm -f "$output" "$output.errors"
  [ "$import_status" = 0 ] || refuse_import "$import_error"
  event received "$received"
}

# A session of its own: the decompressor may wait for a dead connection and has to end with the import. It first records
# which session it is, for bound_import. The shell gives background processes an empty input, hence the detour by 3.
begin_import() {
  : >"$copy_record"
  exec 3<&0
  # shellcheck disable=SC2016 # expanded by the shell that runs it
  setsid sh -c 'echo "$1 $$ $2" >"$3"; $4 | nix-store --import' \
    sh "$id" "$stall_seconds" "$copy_record" "$(decompressor)" \
    <&3 >"$run_directory/copy-$id" 2>"$run_directory/copy-$id.errors" &
  until [ -s "$copy_record" ] || ! kill -0 "$!" 2>/dev/null; do sleep 0.1; done
}

decompressor() {
  case $compression in
    zstd) echo 'zstd -d -q -c' ;;
    gzip) echo 'gzip -d -c' ;;
    none) echo 'cat' ;;
  esac
}

refuse_import() {
  case $1 in
    *'No space left'* | *'disk is full'*) refuse no-space "the import ended: $1" ;;
    *) refuse failed "the import ended: ${1:-it made no progress for $stall_seconds s, or was killed}" ;;
  esac
}
