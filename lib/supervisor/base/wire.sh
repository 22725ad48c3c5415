# --- The header -------------------------------------------------------------------------------------------------------

matches() {
  printf '%s\n' "$2" | grep -Eqx -e "$1"
}

# Patterns for values of the wire that the journal holds, too.
word() {
  case $1 in
    store-path) printf '%s' '/nix/store/[0-9a-df-np-sv-z]{32}-[0-9A-Za-z+_?=-][0-9A-Za-z+._?=-]{0,210}' ;;
    id) printf '%s' '[0-9a-f]{32}' ;;
    digest) printf '%s' 'none|[0-9a-f]{64}' ;;
    by) printf '%s' '[A-Za-z0-9@._-]{1,128}' ;;
    # Percent-encoded, as in URLs.
    owner) printf '%s' '[A-Za-z0-9%._-]{1,256}' ;;
    file-name) printf '%s' '[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}' ;;
    account) printf '%s' '([A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,10})' ;;
    unit) printf '%s' '[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}' ;;
  esac
}

is_store_path() {
  matches "$(word store-path)" "$1"
}

is_id() {
  matches "$(word id)" "$1"
}

is_seconds() {
  matches '[1-9][0-9]{0,5}' "$1"
}

# 0 asks for one proof only.
is_settle_seconds() {
  matches '0|[1-9][0-9]{0,2}' "$1"
}

# <kind> <name> <owner> <group> <mode> <length> <sha256>. A secret is never empty and nothing for others; the stored header
# has no digest of it.
is_file() {
  matches "value $(word file-name)( $(word account)){2} 0[0-7]{3} (0|[1-9][0-9]{0,8}) [0-9a-f]{64}" "$1" ||
    matches "(memory-)?secret $(word file-name)( $(word account)){2} 0[0-7]{2}0 [1-9][0-9]{0,6} ([0-9a-f]{64}|unsaid)" "$1"
}

# <kind> <name> <unit>
is_unit_of_file() {
  matches "(value|(memory-)?secret) $(word file-name) $(word unit)" "$1"
}

# Takes one header line; fails when its key is unknown or its value is not of the key's kind.
take_header() {
  case $1 in
    verb) matches '[a-z]+' "$2" && verb=$2 ;;
    id) is_id "$2" && id=$2 ;;
    nonce) is_id "$2" && nonce=$2 ;;
    toplevel) is_store_path "$2" && toplevel=$2 ;;
    expected-running) is_store_path "$2" && expected_running=$2 ;;
    goal) is_goal "$2" && goal=$2 ;;
    all) matches 'yes|no' "$2" && all=$2 ;;
    compression) matches 'zstd|gzip|none' "$2" && compression=$2 ;;
    activation-seconds) is_seconds "$2" && activation_seconds=$2 ;;
    confirm-seconds) is_seconds "$2" && confirm_seconds=$2 ;;
    settle-seconds) is_settle_seconds "$2" && settle_seconds=$2 ;;
    stall-seconds) is_seconds "$2" && stall_seconds=$2 ;;
    files-digest) matches "$(word digest)" "$2" && files_digest=$2 ;;
    by) matches "$(word by)" "$2" && by=$2 ;;
    # No variable is kept of these: they are read from the header where they are used.
    owner-project | owner-stack | owner-workspace) matches "$(word owner)" "$2" ;;
    take-over) matches yes "$2" ;;
    public-key) matches 'ssh-ed25519 [A-Za-z0-9+/]{68}' "$2" ;;
    length) matches '[1-9][0-9]{0,4}' "$2" ;;
    file) is_file "$2" ;;
    restart | reload) is_unit_of_file "$2" ;;
    *) return 1 ;;
  esac
}

# The header has a line with this key already, and may have only one: readers of the stored header expect that.
is_repeated() {
  case $1 in file | restart | reload) return 1 ;; esac
  case $newline$header in
    *"$newline$1="*) return 0 ;;
    *) return 1 ;;
  esac
}

# For keys of which no variable is kept.
header_value() {
  printf '%s' "$header" | sed -n "s/^$1=//p"
}

# Reads `key=value` lines up to an empty line; on failure the reason is in `failure`.
read_header() {
  header=''
  while IFS= read -r line; do
    [ -n "$line" ] || return 0
    if is_repeated "${line%%=*}"; then failure="header line repeated: $line" && return 1; fi
    take_header "${line%%=*}" "${line#*=}" || { failure="header line not understood: $line" && return 1; }
    header=$header$line$newline
  done
  failure='the header ended before its empty line'
  return 1
}

read_request() {
  IFS= read -r first_line || first_line=''
  [ "$first_line" = format=1 ] || refuse bad-request "expected format=1 on the first line, got: $first_line"
  read_call || refuse bad-request 'expected call= and 16 hexadecimal digits on the second line'
  read_header || refuse bad-request "$failure"
}

# Not a line of the header, which is stored: only this call's events have it.
read_call() {
  IFS= read -r second_line && matches 'call=[0-9a-f]{16}' "$second_line" && call=${second_line#call=}
}

# Arguments: pairs of a key and its value.
require() {
  while [ $# -gt 0 ]; do
    [ -n "$2" ] || refuse bad-request "$verb needs $1"
    shift 2
  done
}

# --- Lists of store paths ---------------------------------------------------------------------------------------------

# Prints the store paths of the payload: one a line, ended by an empty line.
read_paths() {
  awk '
    /^$/ { complete = 1; exit }
    !/^\/nix\/store\/[0-9a-df-np-sv-z]+-[0-9A-Za-z+_?=-][0-9A-Za-z+._?=-]*$/ { exit }
    { print }
    END { exit !complete }'
}

# Runs a command with the lines of a list as further arguments, as often as it takes.
for_paths() {
  list=$1
  shift
  first=1
  while chunk=$(printf '%s\n' "$list" | sed -n "$first,$((first + 999))p") && [ -n "$chunk" ]; do
    # shellcheck disable=SC2086 # store paths or units: one word each
    "$@" $chunk || return
    first=$((first + 1000))
  done
}
