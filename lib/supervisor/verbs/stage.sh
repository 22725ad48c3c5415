# --- stage ------------------------------------------------------------------------------------------------------------

stage() {
  require id "$id" toplevel "$toplevel"
  wanted=$(read_paths) || refuse bad-request 'the list of store paths is incomplete or holds something else'
  refuse_unfit_host
  make_directories
  store_supervisor
  drop_old_leftovers
  drop_unused_files
  root_path "$toplevel"
  root_path "$(running_system)"
  end_import_of "$id"
  missing=$(for_paths "$wanted" nix-store --check-validity --print-invalid 2>&1) || refuse failed "nix-store: $missing"
  [ -z "$missing" ] || printf '%s\n' "$missing" | grep '^/nix/store/' | events missing
}

# Roots, requests and the output of imports that never came to a transaction are removed after a day.
drop_old_leftovers() (
  any_id='????????????????????????????????'
  # shellcheck disable=SC2231 # a pattern
  for leftover in "$roots_directory"/* "$run_directory"/$any_id "$run_directory"/copy-$any_id*; do
    modified=$(stat -c %Y "$leftover" 2>/dev/null) || continue
    [ $(($(date +%s) - modified)) -lt 86400 ] || is_of_transaction "$leftover" || rm -rf "$leftover"
  done
)

# A `start` that was killed while secrets arrived left them. A transaction under way needs more than what is shown and what is
# committed, and ends by itself what it leaves.
drop_unused_files() {
  share_lock || return 0
  read_journal
  [ -n "$journal_damage" ] || ! is_final "$journal_state" || drop_old_generations
  exec 9>&-
}
