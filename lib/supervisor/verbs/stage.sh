# --- stage ------------------------------------------------------------------------------------------------------------

stage() {
  require id "$id" toplevel "$toplevel"
  paths=$(read_paths) || refuse bad-request 'the list of store paths is incomplete or holds something else'
  refuse_unfit_host
  make_directories
  store_supervisor
  drop_old_leftovers
  root_path "$toplevel"
  root_path "$(running_system)"
  end_import_of "$id"
  missing=$(for_paths "$paths" nix-store --check-validity --print-invalid 2>&1) || refuse failed "nix-store: $missing"
  [ -z "$missing" ] || printf '%s\n' "$missing" | grep '^/nix/store/' | events missing
}

make_directories() {
  # Services read their values; the rest is for root.
  (umask 022 && mkdir -p "$roots_directory" "$state_directory" "$values_directory") &&
    mkdir -p "$supervisor_directory" "$log_directory" "$run_directory" && chmod 700 "$run_directory" && return
  refuse failed "a directory can't be made in $state_directory, $run_directory or $roots_directory"
}

# PID 1 needs a file. Its name is the hash of its text, so that a running transaction keeps its own.
store_supervisor() {
  text_hash=$(printf '%s\n' "$SUPERVISOR" | sha256sum)
  stored_supervisor=$supervisor_directory/${text_hash%% *}.sh
  if [ "$(hash_of "$stored_supervisor")" = "$text_hash" ]; then
    touch "$stored_supervisor"
  else
    printf '%s\n' "$SUPERVISOR" >"$stored_supervisor.$$" && sync "$stored_supervisor.$$" &&
      mv "$stored_supervisor.$$" "$stored_supervisor"
  fi || refuse failed "$stored_supervisor can't be written"
}

# A root may dangle: it protects the path from the moment on which it becomes valid.
root_path() {
  replace_link "$1" "$roots_directory/${1##*/}" || refuse failed "a garbage collector root can't be made in $roots_directory"
}

# Renamed into place: whoever looks sees the old target or the new one, never none.
replace_link() {
  ln -sfn "$1" "${2%/*}/.new.$$" && mv -T "${2%/*}/.new.$$" "$2"
}

# What clients left that never came to a transaction: roots, requests and the output of imports, after a day.
drop_old_leftovers() {
  any_id='????????????????????????????????'
  # shellcheck disable=SC2231 # a pattern
  for leftover in "$roots_directory"/* "$run_directory"/$any_id "$run_directory"/copy-$any_id*; do
    modified=$(stat -c %Y "$leftover" 2>/dev/null) || continue
    [ $(($(date +%s) - modified)) -lt 86400 ] || is_of_transaction "$leftover" || rm -rf "$leftover"
  done
}

# The transaction in the journal may be waiting for its confirmation.
is_of_transaction() {
  ! is_final "$journal_state" || return 1
  case ${1##*/} in
    "$journal_id" | "${journal_toplevel##*/}" | "${journal_previous##*/}") return 0 ;;
    *) return 1 ;;
  esac
}
