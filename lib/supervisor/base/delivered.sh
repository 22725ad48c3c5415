# --- Delivered files: what a deployment brings besides the system -------------------------------------------------------

# Where a file is, in the generation of a transaction or in `current` or `committed`. Arguments: kind, generation, name.
path_of_file() {
  case $1 in
    value) printf '%s\n' "$values_directory/$2/$3.json" ;;
    secret | memory-secret) printf '%s\n' "$open_directory/$2/$3" ;;
    *) return 1 ;;
  esac
}

# Each generation has a list of its files: by it we see later whether they are still there. It is on the disk, so it has no
# digest of a secret: <kind> <name> <owner> <group> <mode> <length> <sha256>, for a secret `-` and how it is sealed.
list_of_files() {
  printf '%s\n' "$values_directory/$1/.files"
}

# The files of this transaction become a generation; nobody reads it before `current` leads to it. The header is split by
# hand: a here-document may be a file, with the digests of secrets, and a pipe would take the payload's place on stdin.
receive_files() {
  { mkdir "$values_directory/$id" && : >"$(list_of_files "$id")"; } || refuse failed "$values_directory/$id cannot be made"
  case $header in *file=secret* | *file=memory-secret*) make_room_for_secrets ;; esac
  unread=$header
  while [ -n "$unread" ]; do
    # shellcheck disable=SC2086 # is_file: words without blanks or patterns
    case $unread in file=*) receive_file ${unread%%"$newline"*} ;; esac
    unread=${unread#*"$newline"}
  done
  chmod 755 "$values_directory/$id"
  sync "$(list_of_files "$id")" "$values_directory/$id" "$values_directory" ||
    refuse failed 'the delivered files cannot be written to the disk'
  note_opened "$id" "$(state_of_sealed "$id")"
}

# Arguments: kind, name, owner, group, mode, length, digest. Only root can read it before it has its owner and mode.
receive_file() {
  set -- "${1#file=}" "$2" "$3" "$4" "$5" "$6" "$7"
  target=$(path_of_file "$1" "$id" "$2") || refuse bad-request "unknown kind of file: $1"
  [ ! -e "$target" ] || refuse bad-request "the ${1#memory-} $2 is given twice"
  head -c "$6" >"$target"
  [ "$(stat -c %s "$target")" = "$6" ] || refuse failed "the ${1#memory-} $2 did not arrive completely"
  [ "$(hash_of "$target")" = "$7" ] || refuse failed "the ${1#memory-} $2 does not match its digest"
  case $1 in value) keep_value "$@" ;; *) keep_secret "$@" ;; esac
}

keep_value() {
  value=$(path_of_file "$1" "$id" "$2")
  { chown -- "$3:$4" "$value" && chmod "$5" "$value"; } 2>/dev/null ||
    refuse failed "the value $2 cannot be given to $3:$4 with mode $5"
  { printf '%s %s %s %s %s %s %s\n' "$@" >>"$(list_of_files "$id")" && sync "$value"; } ||
    refuse failed "the value $2 cannot be written to the disk"
}

# Its owner may be a user whom only the new system has, so it stays root's until it is shown.
keep_secret() {
  # As much as systemd-creds can open again.
  { [ "$1" = memory-secret ] || [ "$6" -le 786432 ]; } ||
    refuse failed "the secret $2 has $6 bytes, and one that is kept may have 786432"
  sealed_by=memory
  [ "$1" = memory-secret ] || sealed_by=$(seal "$2") ||
    refuse failed "the secret $2 cannot be sealed in $secrets_directory$(said_while_sealing)"
  { chmod 400 "$(path_of_file "$1" "$id" "$2")" && printf '%s %s %s %s %s %s %s\n' "$@" >>"$(list_of_open "$id")" &&
    printf '%s %s %s %s %s - %s\n' "$1" "$2" "$3" "$4" "$5" "$sealed_by" >>"$(list_of_files "$id")"; } ||
    refuse failed "the secret $2 cannot be written"
}

# A link that leads elsewhere is not ours.
generation_of() {
  readlink "$values_directory/$1" | grep -Ex "$(word id)" || echo none
}

# Makes a generation the current or the committed one. Secrets have no link of their own for what is committed: at boot the
# same one leads to them.
link_generation() {
  show_generation "$1" "$2" && sync "$values_directory"
}

# Without a flush: for the way back, which cannot wait for a disk.
show_generation() {
  [ "$1" = committed ] || show_secrets "$2" || return
  if [ "$2" = none ]; then
    rm -f "$values_directory/$1"
  else
    replace_link "$2" "$values_directory/$1"
  fi
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
  list=$(list_of_files "$1")
  if [ ! -e "$list" ]; then [ -n "$(ls "$values_directory/$1" 2>/dev/null)" ] && return; fi
  sealed_now=$(state_of_sealed "$1")
  before=$(yes_if was_opened "$1" "$sealed_now")
  while read -r kind name _ _ _ _ expected; do
    case $kind in
      secret | memory-secret) secret_is_there "$1" "$kind" "$name" "$expected" "$before" || return ;;
      *) [ "$(hash_of "$(path_of_file "$kind" "$1" "$name")")" = "$expected" ] || return ;;
    esac
  done 2>/dev/null <"$list" || return
  [ "$before" = yes ] || note_opened "$1" "$sealed_now" || true
)

# All but what is shown, what is committed, and what has arrived for a transaction that is about to begin.
drop_old_generations() (
  for generation in "$values_directory"/* "$secrets_directory"/* "$open_directory"/*; do
    generation=${generation##*/}
    case $generation in
      current | committed | '*' | "$(generation_of current)" | "$(generation_of committed)") continue ;;
    esac
    is_about_to_begin "$generation" || drop_files_of "$generation"
  done
)

drop_files_of() {
  rm -rf "${values_directory:?}/$1" "${secrets_directory:?}/$1" "${open_directory:?}/$1"
}
