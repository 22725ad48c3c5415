# --- Files and directories of ours ------------------------------------------------------------------------------------

make_directories() {
  # Services read their values; the rest is for root.
  (umask 022 && mkdir -p "$roots_directory" "$state_directory" "$values_directory") &&
    mkdir -p "$supervisor_directory" "$log_directory" "$run_directory" && chmod 700 "$run_directory" && return
  refuse failed "cannot create a directory in $state_directory, $run_directory or $roots_directory"
}

# PID 1 needs a file. Its name is the hash of its text, so that a running transaction keeps its own.
store_supervisor() {
  stored=$(stored_supervisor)
  if [ "$(hash_of "$stored")" = "$(hash_of_supervisor)" ]; then
    touch "$stored"
  else
    printf '%s\n' "$SUPERVISOR" >"$stored.$$" && sync "$stored.$$" && mv "$stored.$$" "$stored"
  fi || refuse failed "$stored cannot be written"
}

stored_supervisor() {
  printf '%s/%s.sh\n' "$supervisor_directory" "$(hash_of_supervisor)"
}

hash_of_supervisor() {
  printf '%s\n' "$SUPERVISOR" | sha256sum | cut -d ' ' -f 1
}

# Prints `none` for a file that cannot be read.
hash_of() {
  { sha256sum 2>/dev/null <"$1" || echo none; } | cut -d ' ' -f 1
}

# Renamed into place: a reader sees the old target or the new one, never none.
replace_link() {
  ln -sfn "$1" "${2%/*}/.new.$$" && mv -T "${2%/*}/.new.$$" "$2"
}

keep_newest() {
  # shellcheck disable=SC2012 # names are hexadecimal, made by us
  ls -t "$2" | tail -n "+$(($1 + 1))" | while read -r old; do
    rm -f "$2/$old"
  done
}
