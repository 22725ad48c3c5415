# --- Secrets as services read them: on ramfs, which is never swapped ------------------------------------------------------

# <kind> <name> <owner> <group> <mode> <length> <sha256>, for each secret of a generation. Digests are here and nowhere else.
list_of_open() {
  printf '%s\n' "$open_directory/$1/.files"
}

# Services go through the directories, and find a secret by its name only.
make_room_for_secrets() {
  goal_activates "$goal" || ! matches '.*file=memory-secret .*' "$header" ||
    refuse bad-request "a secret that is kept in memory only would be gone after the restart for which goal $goal waits"
  mount_ramfs || refuse_mount "$?"
  { mkdir "$open_directory/$id" && chmod 751 "$open_directory/$id" && : >"$(list_of_open "$id")" &&
    mkdir -p "$secrets_directory" && mkdir "$secrets_directory/$id"; } ||
    refuse failed "$open_directory/$id or $secrets_directory/$id cannot be made"
}

# Argument: the status of mount_ramfs.
refuse_mount() {
  [ "$1" != 3 ] || refuse failed "something else is mounted on $open_directory and may hide secrets: umount $open_directory"
  refuse failed "ramfs cannot be mounted on $open_directory, and secrets must not be where memory is swapped"
}

# One at a time: a second mount would hide the first.
mount_ramfs() {
  (
    flock -w 10 8 || exit
    [ "$(stat -f -c %T "$open_directory" 2>/dev/null)" != ramfs ] || exit 0
    ! mountpoint -q "$open_directory" || exit 3
    mkdir -p "$open_directory" && mount -t ramfs -o mode=751,nosuid,nodev,noexec ramfs "$open_directory" 2>/dev/null
  ) 8>>"$run_directory/mount-lock"
}

# Services see the secrets of this generation from now on, if it has any; those whose owner the host knows already can be
# read at once.
show_secrets() {
  [ -d "$open_directory" ] || return 0
  if [ -e "$(list_of_open "$1")" ]; then
    give_secrets "$1" >/dev/null
    replace_link "$1" "$open_directory/current"
  else
    rm -f "$open_directory/current"
  fi
}

# Somebody may have removed some, or the whole file system.
secrets_are_open() (
  list=$(list_of_files "$1")
  [ -e "$list" ] || return 0
  while read -r kind name _; do
    [ "$kind" = value ] || [ -e "$(path_of_file "$kind" "$1" "$name")" ] || return
  done <"$list"
)

# Gives each secret of a generation to its owner. Prints those that cannot be given: <name> <owner> <group>.
give_secrets() (
  list=$(list_of_open "$1")
  [ -e "$list" ] || return 0
  while read -r _ name owner group mode _; do
    { chown -- "$owner:$group" "$open_directory/$1/$name" && chmod "$mode" "$open_directory/$1/$name"; } 2>/dev/null ||
      printf '%s %s %s\n' "$name" "$owner" "$group"
  done <"$list"
)

# Whether a secret is as it arrived, and will be after a restart if it is to be kept. Arguments: generation, kind, name, how
# it is sealed, and whether that was opened before.
secret_is_there() {
  opened=$(hash_of "$open_directory/$1/$3")
  [ "$(digest_of_open "$1" "$2" "$3")" = "$opened" ] || return
  [ "$4" = memory ] || [ "$5" = yes ] || [ "$(digest_of_sealed "$1" "$3" "$4")" = "$opened" ]
}

# The digest in the list, by the shell alone: everybody on the host can read the arguments of a program. Arguments:
# generation, kind, name.
digest_of_open() (
  while read -r kind name _ _ _ _ digest; do
    [ "$kind $name" != "$2 $3" ] || printf '%s\n' "$digest"
  done <"$(list_of_open "$1")"
)
