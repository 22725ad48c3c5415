# --- Files that differ between two generations, and the units that must see it ------------------------------------------

# Names of values that differ, in one line.
changed_values() {
  # shellcheck disable=SC2012 # names are checked when they arrive
  ls "$values_directory/$1" "$values_directory/$2" 2>/dev/null | sed -n 's/\.json$//p' | sort -u |
    names_that_differ value "$1" "$2"
}

changed_secrets() {
  { names_of_secrets "$1" && names_of_secrets "$2"; } | sort -u |
    names_that_differ secret "$1" "$2"
}

names_that_differ() {
  while read -r either; do
    if differs "$1" "$2" "$3" "$either"; then printf '%s ' "$either"; fi
  done
}

# Arguments: kind, two generations, name.
differs() {
  [ "$(hash_of "$(path_of_file "$1" "$2" "$4")")" != "$(hash_of "$(path_of_file "$1" "$3" "$4")")" ]
}

# What the files that arrived change, and which units will be restarted or reloaded for them.
report_changes() {
  shown=$(generation_of current)
  event changed-values "$(changed_values "$shown" "$id")"
  event changed-secrets "$(changed_secrets "$shown" "$id")"
  { has_systemd && goal_activates "$goal"; } || return 0
  event restarts "$(units_to restart "$shown" "$id" | tr '\n' ' ')"
  event reloads "$(units_to reload "$shown" "$id" | tr '\n' ' ')"
}

# Units that are to be restarted or reloaded because a file of theirs differs. One that does not run reads its file when it
# starts. Arguments: `restart` or `reload`, and two generations.
units_to() {
  unit_lines "$1" | while read -r kind name unit; do
    differs "$kind" "$2" "$3" "$name" || continue
    case $(systemctl show --property=ActiveState --value -- "$unit") in inactive) ;; *) printf '%s\n' "$unit" ;; esac
  done | sort -u
}

# <kind> <name> <unit>. A request of version 0.1.0 has values only and names no kind.
unit_lines() {
  sed -n -e "s/^$1=\([^ ]* [^ ]* [^ ]*\)\$/\1/p" -e "s/^$1=\([^ ]* [^ ]*\)\$/value \1/p" "$request/header"
}

# Whether secrets arrived under the names of those that are shown, and nothing else differs. They may arrive as they are: their
# source or version is another one. A secret that is new may be what a unit could not start without.
only_secrets_differ() {
  shown_now=$(generation_of current)
  [ -e "$(list_of_open "$id")" ] && [ "$(names_of_secrets "$shown_now")" = "$(names_of_secrets "$id")" ] &&
    [ "$(values_listed "$shown_now")" = "$(values_listed "$id")" ] && files_are_there "$shown_now"
}

names_of_secrets() {
  cut -d ' ' -f 2 "$(list_of_open "$1")" 2>/dev/null | sort
}

values_listed() {
  grep '^value ' "$(list_of_files "$1")"
}
