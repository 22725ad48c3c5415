# --- Delivered files: what a deployment brings besides the system -------------------------------------------------------

# Where a file is, in the generation of a transaction or in `current` or `committed`. Arguments: kind, generation, name.
path_of_file() {
  case $1 in
    value) printf '%s\n' "$values_directory/$2/$3.json" ;;
    *) return 1 ;;
  esac
}

# The files of this transaction become a generation; nobody reads it before `current` leads to it.
receive_files() {
  mkdir "$values_directory/$id" || refuse failed "$values_directory/$id cannot be made"
  sed -n 's/^file=//p' "$request/header" >"$request/files"
  while read -r file <&7; do
    # shellcheck disable=SC2086 # is_file: words without blanks or patterns
    receive_file $file
  done 7<"$request/files"
  # The list stays with the files: by it we see later whether they are still there.
  cp "$request/files" "$values_directory/$id/.files"
  chmod 755 "$values_directory/$id"
  sync "$values_directory/$id/.files" "$values_directory/$id" "$values_directory" || refuse failed 'the delivered files cannot be written to the disk'
}

# Arguments: kind, name, owner, group, mode, length, digest. Only root can read it before it has its owner and mode.
receive_file() {
  target=$(path_of_file "$1" "$id" "$2") || refuse bad-request "unknown kind of file: $1"
  [ ! -e "$target" ] || refuse bad-request "the $1 $2 is given twice"
  head -c "$6" >"$target"
  [ "$(stat -c %s "$target")" = "$6" ] || refuse failed "the $1 $2 did not arrive completely"
  [ "$(hash_of "$target")" = "$7" ] || refuse failed "the $1 $2 does not match its digest"
  { chown -- "$3:$4" "$target" && chmod "$5" "$target"; } 2>/dev/null ||
    refuse failed "the $1 $2 cannot be given to $3:$4 with mode $5"
  sync "$target" || refuse failed "the $1 $2 cannot be written to the disk"
}

# A link that leads elsewhere is not ours.
generation_of() {
  readlink "$values_directory/$1" | grep -Ex "$(word id)" || echo none
}

# Makes a generation the current or the committed one.
link_generation() {
  if [ "$2" = none ]; then
    rm -f "$values_directory/$1"
  else
    replace_link "$2" "$values_directory/$1"
  fi && sync "$values_directory"
}

# A deployment with goal boot commits files that are shown from the next boot on.
committed_files_are_shown() {
  [ "$(generation_of current)" = "$(generation_of committed)" ]
}

# Files that somebody removed or changed since the commit are lost: no deployment has that digest.
digest_of_committed_files() {
  if [ "$journal_committed_files" = none ] || files_are_there "$(generation_of committed)"; then
    printf '%s\n' "$journal_committed_files"
  else
    echo lost
  fi
}

# Version 0.1.0 kept no list of the files.
files_are_there() (
  list=$values_directory/$1/.files
  if [ ! -e "$list" ]; then [ -n "$(ls "$values_directory/$1" 2>/dev/null)" ] && return; fi
  while read -r kind name _ _ _ _ expected; do
    [ "$(hash_of "$(path_of_file "$kind" "$1" "$name")")" = "$expected" ] || return 1
  done 2>/dev/null <"$list"
)

# Names of files that differ between two generations, in one line.
changed_files() {
  # shellcheck disable=SC2012 # names are checked when they arrive
  ls "$values_directory/$1" "$values_directory/$2" 2>/dev/null | sed -n 's/\.json$//p' | sort -u | while read -r either; do
    [ "$(hash_of "$(path_of_file value "$1" "$either")")" = "$(hash_of "$(path_of_file value "$2" "$either")")" ] ||
      printf '%s ' "$either"
  done
}

# What the files that arrived change, and which units will be restarted for them.
report_changes() {
  shown=$(generation_of current)
  event changed-values "$(changed_files "$shown" "$id")"
  { has_systemd && goal_activates "$goal"; } || return 0
  event restarts "$(units_of_changed_files "$shown" "$id" | tr '\n' ' ')"
}

# Units whose file differs between two generations. One that does not run reads its file when it starts.
units_of_changed_files() {
  restart_lines | while read -r kind name unit; do
    [ "$(hash_of "$(path_of_file "$kind" "$1" "$name")")" != "$(hash_of "$(path_of_file "$kind" "$2" "$name")")" ] || continue
    case $(systemctl show --property=ActiveState --value -- "$unit") in inactive) ;; *) printf '%s\n' "$unit" ;; esac
  done | sort -u
}

# <kind> <name> <unit>. A request of version 0.1.0 has values only and names no kind.
restart_lines() {
  sed -n -e 's/^restart=\([^ ]* [^ ]* [^ ]*\)$/\1/p' -e 's/^restart=\([^ ]* [^ ]*\)$/value \1/p' "$request/header"
}

# A transaction that is about to begin has a request.
drop_old_generations() (
  for generation in "$values_directory"/*; do
    case ${generation##*/} in
      current | committed | "$(generation_of current)" | "$(generation_of committed)") continue ;;
    esac
    [ -e "$run_directory/${generation##*/}" ] || rm -rf "$generation"
  done
)
