# --- finalize and watch: after run, however it ended ----------------------------------------------------------------------

finalize() {
  id=$1
  request=$(request_directory "$id")
  write_log
  if is_ours_to_settle; then
    # A switch during a shutdown can't work; the boot default is still the system before.
    if system_is_stopping; then exit 0; fi
    # A program that run started may hold it a little longer than run: for one wait for another program's switch.
    take_lock "$(($(limit_of_transaction) + 90))" || exit 1
    settle
  fi
  tidy
}

# An unfinished transaction: our own, or the one before it that we held the lock to settle.
is_ours_to_settle() {
  read_journal
  ! is_final "$journal_state" && { [ "$journal_id" = "$id" ] || [ "$(sed -n 1p "$lock" 2>/dev/null)" = "$id" ]; }
}

settle() {
  # Whoever held the lock may have finished it.
  is_ours_to_settle || return 0
  describe_lock "$id" "$journal_toplevel" "$journal_by"
  if [ "$journal_id" = "$id" ]; then
    kill_leftovers
    roll_back "its supervisor ended early${SERVICE_RESULT:+ ($SERVICE_RESULT)}"
  else
    recover
  fi
}

system_is_stopping() {
  has_systemd && [ "$(systemctl is-system-running)" = stopping ]
}

# What only a transaction under way needs. A refusal is left for the client that has not read it.
tidy() {
  read_journal
  [ -e "$request/refusal" ] || rm -rf "$request"
  is_final "$journal_state" || return 0
  drop_roots_of_transaction
  keep_newest 10 "$log_directory"
  keep_newest 3 "$supervisor_directory"
  drop_old_values
}

# Those of a transaction that is about to begin have a request.
drop_old_values() {
  for generation in "$values_directory"/*; do
    case ${generation##*/} in
      current | committed | "$(generation_of current)" | "$(generation_of committed)") continue ;;
    esac
    [ -e "$run_directory/${generation##*/}" ] || rm -rf "$generation"
  done
}

drop_roots_of_transaction() {
  rm -f "$roots_directory/${journal_toplevel##*/}" "$roots_directory/${journal_previous##*/}"
}

keep_newest() {
  # shellcheck disable=SC2012 # names are hexadecimal, made by us
  ls -t "$2" | tail -n "+$(($1 + 1))" | while read -r old; do
    rm -f "$2/$old"
  done
}

watch() {
  id=$1
  request=$(request_directory "$id")
  read_header <"$request/header"
  started=$(start_of "$2")
  give_up=$(($(now) + $(run_seconds)))
  while [ -n "$started" ] && [ "$(start_of "$2")" = "$started" ] && [ "$(now)" -lt "$give_up" ]; do
    sleep 0.2
  done
  [ -z "$started" ] || [ "$(start_of "$2")" != "$started" ] || kill -KILL "$2"
  finalize "$id"
}
