#!/bin/sh
# The host's half of a deployment: it holds the lock and the journal, switches, and finds the way back by itself.
# docs/activation.md tells the protocol, the states and the files.
#
# Without arguments it serves one verb over a connection. Input: lines `key=value` (`format=1` first, `verb=` second), an
# empty line, the verb's payload. Output: one event a line, `@nixos key=value`; the last one is `end=<verb>`, or
# `error=<code> <text>` with status 64 (bad-request), 75 (busy) or 1. The text arrives in the variable SUPERVISOR.
#
#   inspect   reads what the host runs, boots and has            stage     roots the systems; says which paths are missing
#   receive   imports a stream of store paths                    verify    makes them durable and checks them
#   start     begins a transaction; ends when it waits           confirm   proves the new system, over a new connection
#   status    how a transaction is or ended                      adopt     writes a journal for a host that is up to date
#
# With arguments, from the stored file, on the host's own account:
#
#   run ID        the transaction; PID 1 holds it, or on hosts without systemd a session of its own
#   finalize ID   after run ended, however it ended: rolls back what it left unfinished
#   watch ID PID  does what PID 1 would do, on hosts without systemd
#
# A host has coreutils, util-linux, procps, gawk, grep, sed, a decompressor and nix, and systemd or not. Nothing else.
set -u
umask 077
export LC_ALL=C

state_directory=/var/lib/cdktf-nixos
journal=$state_directory/journal
values_directory=$state_directory/values
log_directory=$state_directory/log
supervisor_directory=$state_directory/supervisor
# Gone after a restart: that is how the values' unit (nix/modules/values.nix) knows a boot from a switch.
run_directory=/run/cdktf-nixos
lock=$run_directory/lock
copy_lock=$run_directory/copy-lock
copy_record=$run_directory/copy
roots_directory=/nix/var/nix/gcroots/cdktf-nixos
profile=/nix/var/nix/profiles/system
switch_lock=/run/nixos/switch-to-configuration.lock

# With less in /run systemd refuses to reload, in the middle of a switch.
min_run_kib=16384
stop_seconds=5
newline='
'

# --- Events and refusals ----------------------------------------------------------------------------------------------

event() {
  printf '@nixos %s=%s\n' "$1" "$(printf '%s' "$2" | tr -d '[:cntrl:]')"
}

# Each line of the input as an event.
events() {
  tr -d '\000-\011\013-\037\177' | sed "s/^/@nixos $1=/"
}

refuse() {
  event error "$1 $2"
  case $1 in
    bad-request) exit 64 ;;
    busy) exit 75 ;;
    *) exit 1 ;;
  esac
}

# --- The request ------------------------------------------------------------------------------------------------------

verb='' id='' toplevel='' expected_running='' goal='' nonce='' values_digest='' by='' compression='' all=''
activation_seconds='' confirm_seconds='' stall_seconds='' values='' restarts=''

matches() {
  printf '%s\n' "$2" | grep -Eqx -e "$1"
}

is_store_path() {
  matches '/nix/store/[0-9a-df-np-sv-z]{32}-[0-9A-Za-z+_?=-][0-9A-Za-z+._?=-]{0,210}' "$1"
}

is_id() {
  matches '[0-9a-f]{32}' "$1"
}

is_seconds() {
  matches '[1-9][0-9]{0,5}' "$1"
}

# Takes one header line; fails when its key is unknown or its value is not of the key's kind.
take_header() {
  case $1 in
    verb) matches '[a-z]+' "$2" && verb=$2 ;;
    id) is_id "$2" && id=$2 ;;
    nonce) is_id "$2" && nonce=$2 ;;
    toplevel) is_store_path "$2" && toplevel=$2 ;;
    expected-running) is_store_path "$2" && expected_running=$2 ;;
    goal) matches 'switch|boot' "$2" && goal=$2 ;;
    all) matches 'yes|no' "$2" && all=$2 ;;
    compression) matches 'zstd|gzip|none' "$2" && compression=$2 ;;
    activation-seconds) is_seconds "$2" && activation_seconds=$2 ;;
    confirm-seconds) is_seconds "$2" && confirm_seconds=$2 ;;
    stall-seconds) is_seconds "$2" && stall_seconds=$2 ;;
    values-digest) matches 'none|[0-9a-f]{64}' "$2" && values_digest=$2 ;;
    by) matches '[A-Za-z0-9@._-]{1,128}' "$2" && by=$2 ;;
    value) matches '[A-Za-z0-9_-][A-Za-z0-9._-]{0,63} (0|[1-9][0-9]{0,8})' "$2" && values=$values$2$newline ;;
    restart) is_restart "$2" && restarts=$restarts$2$newline ;;
    *) return 1 ;;
  esac
}

is_restart() {
  matches '[A-Za-z0-9_-][A-Za-z0-9._-]{0,63} [A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}' "$1"
}

# Reads `key=value` lines up to an empty line.
read_header() {
  while IFS= read -r line; do
    [ -n "$line" ] || return 0
    take_header "${line%%=*}" "${line#*=}" || refuse bad-request "header line not understood: $line"
  done
  refuse bad-request 'the header ended before its empty line'
}

read_request() {
  IFS= read -r line || line=
  [ "$line" = format=1 ] || refuse bad-request "expected format=1 on the first line, got: $line"
  read_header
}

# Arguments: pairs of a key and what was given for it.
require() {
  while [ $# -gt 0 ]; do
    [ -n "$2" ] || refuse bad-request "$verb needs $1"
    shift 2
  done
}

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
    # shellcheck disable=SC2086 # store paths, checked before: one word each
    "$@" $chunk || return
    first=$((first + 1000))
  done
}

# --- Facts about the host ---------------------------------------------------------------------------------------------

# The programs of the running system, by their store path: a switch must not change them under our feet.
use_host_programs() {
  PATH=/run/current-system/sw/bin:/run/wrappers/bin:/nix/var/nix/profiles/default/bin:${PATH-}:/usr/sbin:/usr/bin:/sbin:/bin
  programs=$(readlink -f /run/current-system/sw/bin) && [ -d "$programs" ] && PATH=$programs:$PATH
  export PATH
}

has_program() {
  command -v "$1" >/dev/null
}

has_systemd() {
  [ -d /run/systemd/system ]
}

is_nixos() {
  [ -e /etc/NIXOS ] || grep -Eqs '^ID="?nixos"?$' /etc/os-release
}

# Containers share the boot id of the kernel under them; the start of PID 1 tells their restarts apart.
boot_id() {
  printf '%s.%s\n' "$(cat /proc/sys/kernel/random/boot_id)" "$(start_of 1)"
}

# When a process started, in ticks since the kernel did; empty when there is none. A process id is used again, the pair is not.
start_of() {
  sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# Seconds on a clock that nobody sets.
now() {
  cut -d . -f 1 /proc/uptime
}

running_system() {
  readlink -f /run/current-system
}

# The profile's system, or nothing.
profile_system() {
  [ ! -L "$profile" ] || readlink -f "$profile"
}

profile_generation() {
  generation=$(readlink "$profile" | sed -n 's/.*system-\([0-9]*\)-link$/\1/p')
  printf '%s\n' "${generation:-none}"
}

free_kib() {
  df -Pk "$1" | awk 'NR == 2 { print $4 }'
}

compressions() {
  for program in zstd gzip; do
    if has_program "$program"; then printf '%s ' "$program"; fi
  done
  printf 'none\n'
}

is_valid_path() {
  nix-store --check-validity "$1" 2>/dev/null
}

# Called by every verb that writes, before it does.
refuse_unfit_host() {
  [ "$(id -u)" = 0 ] || refuse not-root "$(id -un) may not deploy: root is needed"
  is_nixos || refuse not-nixos 'neither /etc/NIXOS nor ID=nixos in /etc/os-release'
  read_journal
  case $journal_format in
    none | 1) ;;
    *) refuse newer-format "the journal has format $journal_format, known here: 1" ;;
  esac
  [ -w /nix/var/nix/db ] || refuse failed '/nix is read-only'
  free=$(free_kib /run)
  [ "$free" -ge "$min_run_kib" ] || refuse no-space "/run has $free KiB left, $min_run_kib KiB are needed"
}

# --- The journal: one transaction, and the last one that was committed --------------------------------------------------

clear_journal() {
  journal_format=none
  journal_id='' journal_state=none journal_goal='' journal_toplevel='' journal_previous='' journal_previous_etc='' journal_previous_profile=''
  journal_previous_generation=none journal_generation=none journal_boot_begun=no journal_boot_id=''
  journal_supervisor='' journal_by='' journal_values=none journal_values_before=none journal_values_committed_before=none
  journal_committed='' journal_committed_values=none journal_committed_boot_id='' journal_reason=''
}

read_journal() {
  clear_journal
  [ -s "$journal" ] || return 0
  while IFS= read -r line; do
    value=${line#*=}
    case ${line%%=*} in
      format) journal_format=$value ;;
      id) journal_id=$value ;;
      state) journal_state=$value ;;
      goal) journal_goal=$value ;;
      toplevel) journal_toplevel=$value ;;
      previous) journal_previous=$value ;;
      previous-etc) journal_previous_etc=$value ;;
      previous-profile) journal_previous_profile=$value ;;
      previous-generation) journal_previous_generation=$value ;;
      generation) journal_generation=$value ;;
      boot-begun) journal_boot_begun=$value ;;
      boot-id) journal_boot_id=$value ;;
      supervisor) journal_supervisor=$value ;;
      by) journal_by=$value ;;
      values) journal_values=$value ;;
      values-before) journal_values_before=$value ;;
      values-committed-before) journal_values_committed_before=$value ;;
      committed) journal_committed=$value ;;
      committed-values) journal_committed_values=$value ;;
      committed-boot-id) journal_committed_boot_id=$value ;;
      reason) journal_reason=$value ;;
    esac
  done <"$journal"
}

print_journal() {
  cat <<JOURNAL
format=1
id=$journal_id
state=$journal_state
goal=$journal_goal
toplevel=$journal_toplevel
previous=$journal_previous
previous-etc=$journal_previous_etc
previous-profile=$journal_previous_profile
previous-generation=$journal_previous_generation
generation=$journal_generation
boot-begun=$journal_boot_begun
boot-id=$journal_boot_id
supervisor=$journal_supervisor
by=$journal_by
values=$journal_values
values-before=$journal_values_before
values-committed-before=$journal_values_committed_before
committed=$journal_committed
committed-values=$journal_committed_values
committed-boot-id=$journal_committed_boot_id
reason=$journal_reason
JOURNAL
}

# On disk before it counts: written beside, flushed, renamed, and the rename flushed.
write_journal() {
  print_journal >"$journal.new" && chmod 644 "$journal.new" && sync "$journal.new" &&
    mv "$journal.new" "$journal" && sync "$state_directory"
}

enter_state() {
  journal_state=$1
  printf 'cdktf-nixos: %s\n' "$1${journal_reason:+ ($journal_reason)}"
  write_journal || fail "the journal can't be written (state $1)"
}

is_final() {
  case $1 in
    none | committed | rolled-back | rollback-failed | aborted) return 0 ;;
    *) return 1 ;;
  esac
}

# --- The lock: whoever holds it owns the journal and the system ----------------------------------------------------------

# Held on descriptor 9 until this process ends; programs that we start get it closed, or a daemon would inherit it.
take_lock() {
  exec 9>>"$lock"
  flock -w "$1" 9
}

describe_lock() {
  printf '%s\n' "$1" "$2" "$3" >"$lock"
}

# Asks with a shared lock, which take_lock outwaits.
lock_is_held() {
  [ -r "$lock" ] && ! flock -n -s "$lock" true
}

# --- inspect ----------------------------------------------------------------------------------------------------------

inspect() {
  require toplevel "$toplevel"
  read_journal
  event host-format "$journal_format"
  event uid "$(id -u)"
  event nixos "$(yes_if is_nixos)"
  event systemd "$(yes_if has_systemd)"
  event system "$(uname -m)-linux"
  event boot-id "$(boot_id)"
  event running "$(running_system)"
  event booted "$(readlink -f /run/booted-system)"
  event profile "$(profile_system)"
  event generation "$(profile_generation)"
  event valid "$(yes_if is_valid_path "$toplevel")"
  event state "$journal_state"
  event transaction "$journal_id"
  event committed "$journal_committed"
  event values-digest "$journal_committed_values"
  inspect_lock
  event free-store-kib "$(free_kib /nix/store)"
  event free-run-kib "$(free_kib /run)"
  event nix "$(nix-store --version 2>/dev/null | sed 's/.* //')"
  event compression "$(compressions)"
}

inspect_lock() {
  if lock_is_held; then
    event lock held
    event lock-toplevel "$(sed -n 2p "$lock")"
    event lock-by "$(sed -n 3p "$lock")"
  else
    event lock free
  fi
}

yes_if() {
  if "$@"; then echo yes; else echo no; fi
}

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
  stored_supervisor=$supervisor_directory/$(printf '%s\n' "$SUPERVISOR" | sha256sum | cut -d ' ' -f 1).sh
  if [ -e "$stored_supervisor" ]; then
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

# What clients left that never came to a transaction: roots and requests, after a day.
drop_old_leftovers() {
  for leftover in "$roots_directory"/* "$run_directory"/????????????????????????????????; do
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

# --- receive ----------------------------------------------------------------------------------------------------------

receive() {
  require id "$id" compression "$compression" stall-seconds "$stall_seconds"
  refuse_unfit_host
  make_directories
  end_import_of "$id"
  take_copy_lock
  import
}

# One import at a time. It inherits descriptor 8, so that the lock lasts as long as the import, whatever becomes of us.
take_copy_lock() {
  exec 8>>"$copy_lock"
  flock -n 8 && return
  event waiting copy
  until flock -w 1 8; do
    bound_import
  done
}

# Says first which session it is, for bound_import.
# shellcheck disable=SC2016 # expanded by the shell that runs it
import_program='echo "$1 $$ $2" >"$3"; $4 | nix-store --import'

import() {
  : >"$copy_record"
  output=$run_directory/copy-$id
  case $compression in
    zstd) decompress='zstd -d -q -c' ;;
    gzip) decompress='gzip -d -c' ;;
    none) decompress='cat' ;;
  esac
  # A session of its own: the decompressor may wait for a dead connection and has to end with the import. The shell gives
  # background processes an empty input, hence the detour by 3.
  exec 3<&0
  setsid sh -c "$import_program" sh "$id" "$stall_seconds" "$copy_record" "$decompress" <&3 >"$output" 2>"$output.errors" &
  importer=$!
  until [ -s "$copy_record" ]; do sleep 0.1; done
  bound_import
  wait "$importer"
  status=$?
  : >"$copy_record"
  received=$(grep -c '^/nix/store/' "$output")
  [ "$status" = 0 ] || tail -n 10 "$output.errors" | events log
  error=$(tail -n 1 "$output.errors")
  rm -f "$output" "$output.errors"
  [ "$status" = 0 ] || refuse_import "$error"
  event received "$received"
}

refuse_import() {
  case $1 in
    *'No space left'* | *'disk is full'*) refuse no-space "the import ended: $1" ;;
    *) refuse failed "the import ended: ${1:-it made no progress for $stall_seconds s, or was killed}" ;;
  esac
}

# Watches the import that the record names until it is over. Ends it when it moves nothing for as long as its client said:
# behind a dead connection it would hold the locks of its paths for ever.
bound_import() {
  read -r _ importing limit <"$copy_record" || return 0
  moved=-1
  while pgrep -s "$importing" >/dev/null; do
    moved_before=$moved
    moved=$(bytes_moved_by "$importing")
    [ "$moved" = "$moved_before" ] || stalled_since=$(now)
    [ $(($(now) - stalled_since)) -lt "$limit" ] || pkill -KILL -s "$importing"
    sleep 0.5
  done
}

bytes_moved_by() {
  for process in $(pgrep -s "$1"); do
    cat "/proc/$process/io" 2>/dev/null
  done | awk '/^[rw]char:/ { sum += $2 } END { printf "%.0f\n", sum }'
}

# A client that comes again has no use for what its first connection left.
end_import_of() {
  read -r importing_id importing _ 2>/dev/null <"$copy_record" || return 0
  [ "$importing_id" = "$1" ] || return 0
  flock -n "$copy_lock" true || pkill -KILL -s "$importing"
}

# --- verify -----------------------------------------------------------------------------------------------------------

verify() {
  require id "$id" toplevel "$toplevel" all "$all"
  paths=$(read_paths) || refuse bad-request 'the list of store paths is incomplete or holds something else'
  refuse_unfit_host
  make_store_durable || refuse failed 'the store could not be written to the disk'
  # A restart since the last commit may have been a power cut, with paths in the store that were never on the disk.
  if [ "$all" = yes ] || [ "$journal_committed_boot_id" != "$(boot_id)" ]; then
    paths=$(nix-store --query --requisites "$toplevel" 2>/dev/null) || refuse damaged "$toplevel is not complete here"
  fi
  verify_paths
  refuse_unfit_toplevel
  [ "$goal" != switch ] || refuse_without_reboot
}

make_store_durable() {
  sync -f /nix/store /nix/var/nix/db
}

verify_paths() {
  for_paths "$paths" nix-store --verify-path 2>/dev/null && return
  damaged=$(for_paths "$paths" damaged_of)
  [ -n "$damaged" ] || return 0
  delete_damaged
  printf '%s\n' "$damaged" | events damaged
  refuse damaged "$(printf '%s\n' "$damaged" | wc -l) store paths are damaged; they were removed and must be copied again"
}

damaged_of() {
  for path in "$@"; do
    nix-store --verify-path "$path" 2>/dev/null || printf '%s\n' "$path"
  done
}

# What refers to a damaged path goes with it, for Nix keeps what is referred to; a system in use stays whole.
delete_damaged() {
  # shellcheck disable=SC2046 # store paths: one word each
  in_use=$(nix-store --query --requisites $(systems_in_use) 2>/dev/null)
  damaged=$(for_paths "$damaged" nix-store --query --referrers-closure | sort -u)
  for path in $damaged; do
    case $newline$in_use$newline in
      *"$newline$path$newline"*) refuse failed "$path is damaged and in use by the system that runs or boots; repair it by hand (nix-store --repair-path)" ;;
    esac
  done
  for_paths "$damaged" nix-store --delete --ignore-liveness >/dev/null 2>&1 || refuse failed 'damaged store paths could not be removed'
}

systems_in_use() {
  for link in /run/current-system /run/booted-system "$profile"; do
    [ ! -e "$link" ] || readlink -f "$link"
  done
}

refuse_unfit_toplevel() {
  program=$toplevel/bin/switch-to-configuration
  is_valid_path "$toplevel" || refuse damaged "$toplevel is not complete here"
  # An empty program would succeed: the shell runs what the kernel can't.
  { [ -f "$program" ] && [ -x "$program" ] && [ -s "$program" ]; } ||
    refuse damaged "$program is missing, empty or not executable"
  case $(readlink -f "$program") in
    /nix/store/*) ;;
    *) refuse damaged "$program leads out of the store" ;;
  esac
}

# What switch-to-configuration itself would refuse, as data: then nothing has been tried yet.
refuse_without_reboot() {
  current=$(running_system)
  [ "$(cat "$toplevel/init-interface-version" 2>/dev/null)" = "$(cat "$current/init-interface-version" 2>/dev/null)" ] ||
    refuse needs-reboot 'the new system has another init interface than the running one'
  changed=$(changed_inhibitors "$current/switch-inhibitors" "$toplevel/switch-inhibitors")
  [ -z "$changed" ] || refuse needs-reboot "these parts can't be replaced in a running system: $changed"
}

# Keys of two JSON objects of strings that both have and that differ, with both values.
changed_inhibitors() {
  [ -f "$1" ] && [ -f "$2" ] || return 0
  { inhibitors "$1"; echo; inhibitors "$2"; } |
    awk -F '\t' '
      $0 == "" { second = 1; next }
      !second { old[$1] = $2; next }
      ($1 in old) && old[$1] != $2 { printf "%s%s: %s -> %s", separator, $1, old[$1], $2; separator = ", " }'
}

inhibitors() {
  string='"([^"\\]|\\.)*"'
  grep -Eo "${string}[[:space:]]*:[[:space:]]*${string}" "$1" | sed -E "s/^($string)[[:space:]]*:[[:space:]]*/\1\t/"
}

# --- start ------------------------------------------------------------------------------------------------------------

start() {
  require id "$id" toplevel "$toplevel" expected-running "$expected_running" goal "$goal" nonce "$nonce" \
    activation-seconds "$activation_seconds" confirm-seconds "$confirm_seconds" values-digest "$values_digest"
  refuse_unfit_host
  request=$(request_directory "$id")
  { [ "$journal_id" != "$id" ] && [ ! -e "$request" ]; } || refuse bad-request 'this transaction has been started before'
  trap withdraw EXIT
  refuse_unfit_toplevel
  ! lock_is_held || refuse busy "$(sed -n 3p "$lock") deploys $(sed -n 2p "$lock")"
  [ "$(running_system)" = "$expected_running" ] || refuse drift "$(running_system) runs, not $expected_running"
  make_directories
  store_supervisor
  root_path "$toplevel"
  root_path "$expected_running"
  write_request
  receive_values
  launch
  follow waiting
}

# Everything about the transaction that only this boot needs.
request_directory() {
  printf '%s\n' "$run_directory/$1"
}

# What a client brought for a transaction that did not begin.
withdraw() {
  read_journal
  rm -rf "$request" "${values_directory:?}/$id"
  for system in "$toplevel" "$expected_running"; do
    is_of_transaction "$system" || rm -f "$roots_directory/${system##*/}"
  done
}

write_request() {
  mkdir "$request" || refuse failed "$request can't be made"
  {
    printf '%s=%s\n' id "$id" toplevel "$toplevel" expected-running "$expected_running" goal "$goal" by "${by:-unknown}" \
      activation-seconds "$activation_seconds" confirm-seconds "$confirm_seconds" values-digest "$values_digest"
    printf '%s' "$restarts" | sed 's/^/restart=/'
    printf '\n'
  } >"$request/header" && printf '%s\n' "$nonce" >"$request/nonce" && connection >"$request/connection" && return
  refuse failed "$request can't be written"
}

# The values of this transaction become a directory; nobody reads it before it is flipped to.
receive_values() {
  generation=$values_directory/$id
  mkdir "$generation" || refuse failed "$generation can't be made"
  printf '%s' "$values" >"$request/values"
  while read -r name bytes <&7; do
    [ ! -e "$generation/$name.json" ] || refuse bad-request "the value $name comes twice"
    head -c "$bytes" >"$generation/$name.json"
    [ "$(stat -c %s "$generation/$name.json")" = "$bytes" ] || refuse failed "the value $name did not arrive completely"
    chmod 644 "$generation/$name.json"
  done 7<"$request/values"
  chmod 755 "$generation"
  sync -f "$generation" || refuse failed 'the values could not be written to the disk'
}

launch() {
  if has_systemd; then launch_unit; else launch_session; fi
  # From here on the request belongs to the transaction.
  trap - EXIT
}

# PID 1 holds it: whatever ends it (a limit, a signal, lack of memory), what it left is killed and then it is finalized.
launch_unit() {
  message=$(systemd-run --quiet --collect --no-ask-password --service-type=exec --unit="$(unit_of "$id")" \
    --description="cdktf-nixos deployment of $toplevel" --setenv=PATH="$PATH" --setenv=HOME=/root \
    --property=KillMode=control-group --property=KillSignal=SIGKILL --property=OOMScoreAdjust=-900 \
    --property=RuntimeMaxSec="$(run_seconds)" --property=TimeoutStopSec="$(run_seconds)" \
    --property=ExecStopPost="/bin/sh $stored_supervisor finalize $id" \
    --property=StandardInput=null \
    /bin/sh "$stored_supervisor" run "$id" 2>&1) || refuse failed "systemd does not start the transaction: $message"
}

unit_of() {
  printf 'cdktf-nixos-%s.service\n' "$1"
}

# The most that a transaction may take: switch, confirmation and commit, and twice the way back.
run_seconds() {
  printf '%s\n' $((5 * activation_seconds + confirm_seconds + 60))
}

launch_session() {
  setsid env -i PATH="$PATH" HOME=/root /bin/sh "$stored_supervisor" run "$id" </dev/null >/dev/null 2>&1 &
  setsid env -i PATH="$PATH" HOME=/root /bin/sh "$stored_supervisor" watch "$id" "$!" </dev/null >/dev/null 2>&1 &
}

# Tells the states of this transaction until it has the given one or is over.
follow() {
  told=''
  begins_by=$(($(now) + 30))
  give_up=$(($(now) + $(follow_seconds)))
  until [ "$(now)" -ge "$give_up" ]; do
    refuse_as_run_did
    read_journal
    if [ "$journal_id" = "$id" ]; then
      [ "$journal_state" = "$told" ] || event state "$journal_state"
      told=$journal_state
      if [ "$told" = "$1" ]; then return 0; fi
      if is_final "$told"; then report && return; fi
    elif [ "$(now)" -ge "$begins_by" ] && ! lock_is_held; then
      refuse failed 'the transaction did not begin; the log of its unit says why'
    fi
    sleep 0.2
  done
  refuse failed "the transaction did not end in time (state ${told:-none})"
}

follow_seconds() {
  if [ -n "$activation_seconds" ]; then run_seconds; else echo 3600; fi
}

# Another transaction came first, or changed the system: said by run, which got no place in the journal.
refuse_as_run_did() {
  request=$(request_directory "$id")
  refusal=$(cat "$request/refusal" 2>/dev/null) || return 0
  read_header <"$request/header"
  withdraw
  refuse "${refusal%% *}" "${refusal#* }"
}

# How the transaction in the journal is or ended.
report() {
  event transaction "$journal_id"
  event running "$(running_system)"
  event profile "$(profile_system)"
  event boot-id "$(boot_id)"
  event generation-before "$journal_previous_generation"
  event generation-after "$(profile_generation)"
  event reason "$journal_reason"
  [ "$journal_state" = committed ] || tail -n 25 "$log_directory/$journal_id.log" 2>/dev/null | events log
}

# --- confirm, status, adopt -------------------------------------------------------------------------------------------

confirm() {
  require id "$id" nonce "$nonce"
  read_journal
  request=$(request_directory "$id")
  [ "$journal_id" = "$id" ] || refuse failed "the host knows another transaction: $journal_id"
  [ "$journal_state" = waiting ] || refuse failed "the transaction does not wait for a confirmation, its state is $journal_state"
  nonce_is_right "$nonce" || refuse failed 'this is not the nonce of the transaction'
  connection_is_new || refuse failed 'the confirmation came over the connection that started the transaction'
  { printf '%s\n' "$nonce" >"$request/answer.new" && mv "$request/answer.new" "$request/answer"; } ||
    refuse failed "$request can't be written"
  follow none
}

nonce_is_right() {
  [ -n "$1" ] && [ "$1" = "$(cat "$request/nonce")" ]
}

# sshd's own words for this connection; sudo drops them, then the client alone warrants that it is a new one.
connection() {
  printf '%s\n' "${SSH_CONNECTION-}"
}

connection_is_new() {
  [ -z "$(connection)" ] || [ "$(connection)" != "$(cat "$request/connection")" ]
}

status() {
  require id "$id"
  refuse_as_run_did
  read_journal
  event state "$journal_state"
  report
}

adopt() {
  require toplevel "$toplevel" values-digest "$values_digest"
  refuse_unfit_host
  [ "$(running_system)" = "$toplevel" ] || refuse drift "the host runs $(running_system)"
  [ "$(profile_system)" = "$toplevel" ] || refuse drift "the host boots $(profile_system)"
  [ "$journal_committed_values" = "$values_digest" ] || refuse bad-request 'the host has other values'
  make_directories
  take_lock 5 || refuse busy 'another deployment holds the lock'
  read_journal
  is_final "$journal_state" || refuse busy "transaction $journal_id is not over (state $journal_state)"
  new_journal "$(tr -d - </proc/sys/kernel/random/uuid)"
  journal_goal=switch journal_toplevel=$toplevel journal_committed=$toplevel journal_committed_boot_id=''
  journal_state=committed journal_reason=adopted
  write_journal || refuse failed 'the journal could not be written'
}

# A fresh transaction that keeps what was committed last.
new_journal() {
  committed=$journal_committed committed_values=$journal_committed_values committed_boot_id=$journal_committed_boot_id
  clear_journal
  journal_committed=$committed journal_committed_values=$committed_values journal_committed_boot_id=$committed_boot_id
  journal_id=$1
  journal_boot_id=$(boot_id)
  journal_previous=$(running_system)
  journal_previous_etc=$(etc_of_host)
  journal_previous_profile=$(profile_system)
  journal_previous_generation=$(profile_generation)
  journal_generation=$journal_previous_generation
  journal_values=$values_digest
}

# --- run: the transaction ---------------------------------------------------------------------------------------------

run() {
  failure=''
  open_request "$1"
  take_lock 5 || decline busy "$(sed -n 3p "$lock") deploys $(sed -n 2p "$lock")"
  describe_lock "$id" "$toplevel" "$by"
  found_running=$(running_system)
  recover
  [ "$found_running" = "$expected_running" ] || decline drift "$found_running runs, not $expected_running"
  begin || decline failed 'the journal could not be written'
  if switch_and_prove && commit; then return 0; fi
  roll_back "$failure"
}

open_request() {
  request=$(request_directory "$1")
  read_header <"$request/header"
  write_log
}

# A log that can't be opened must not end us: the shell would exit.
write_log() {
  (: >>"$log_directory/$id.log") 2>/dev/null && exec >>"$log_directory/$id.log" 2>&1
  exec </dev/null
}

# Ends without having touched anything; the client reads why.
decline() {
  printf 'cdktf-nixos: %s: %s\n' "$1" "$2"
  printf '%s %s\n' "$1" "$2" >"$request/refusal.new" && mv "$request/refusal.new" "$request/refusal"
  exit 75
}

fail() {
  failure=$1
  printf 'cdktf-nixos: %s\n' "$1"
  return 1
}

# We hold the lock, so whoever wrote an unfinished state is gone. A restart has undone its switch; else we do.
recover() {
  read_journal
  if is_final "$journal_state"; then return; fi
  if [ "$journal_boot_id" != "$(boot_id)" ]; then
    abandon "the host restarted in state $journal_state"
    drop_roots_of_transaction
    return
  fi
  # PID 1 is about to finalize it and waits for the lock.
  ! unit_is_alive "$(unit_of "$journal_id")" || decline busy "transaction $journal_id is being rolled back"
  ours=$request
  request=$(request_directory "$journal_id")
  kill_leftovers
  roll_back 'its supervisor was killed'
  rm -rf "$request"
  drop_roots_of_transaction
  request=$ours
}

unit_is_alive() {
  has_systemd || return 1
  case $(systemctl show --property=ActiveState --value "$1") in
    inactive | failed | '') return 1 ;;
    *) return 0 ;;
  esac
}

abandon() {
  point current "$(generation_of committed)"
  journal_reason=$1
  enter_state aborted
}

begin() {
  new_journal "$id"
  journal_goal=$goal journal_toplevel=$toplevel journal_by=$by
  journal_supervisor="$$ $(start_of $$)"
  journal_values_before=$(generation_of current)
  journal_values_committed_before=$(generation_of committed)
  take_baseline
  enter_state started
}

switch_and_prove() {
  [ "$goal" = switch ] || return 0
  point current "$id" || fail 'the values could not be flipped' || return
  enter_state activating || return
  wait_for_other_switch || fail 'another program is switching this host' || return
  activate || return
  restart_changed_units "$journal_values_before" "$id" || return
  refuse_new_failures || return
  await_confirmation || return
  refuse_new_failures
}

# NixOS lets one program switch at a time, and fails at once for the others.
wait_for_other_switch() {
  [ ! -e "$switch_lock" ] || flock -w 60 "$switch_lock" true
}

activate() {
  bounded "$activation_seconds" "$toplevel/bin/switch-to-configuration" test
  status=$?
  case $status in
    0) ;;
    # Some units failed. Which of them had failed before is not its business but ours, where we can tell.
    4) has_systemd || fail 'the activation failed with status 4: units failed' || return ;;
    124 | 137) fail "the activation did not end within $activation_seconds s" || return ;;
    *) fail "the activation failed with status $status" || return ;;
  esac
  [ "$(running_system)" = "$toplevel" ] || fail "the activation ended but $(running_system) runs"
}

# Runs a program for at most so many seconds: then TERM, KILL, and KILL for everything that it started.
bounded() {
  (umask 022 && CDKTF_NIXOS_TRANSACTION=$journal_id exec timeout -k "$stop_seconds" "$@") </dev/null 9>&-
  ended=$?
  case $ended in 124 | 137) kill_leftovers ;; esac
  return "$ended"
}

# A check before the switch has no say over what was proven, or over the way back.
unchecked() {
  seconds=$1
  shift
  bounded "$seconds" env NIXOS_NO_CHECK=1 "$@"
}

refuse_new_failures() {
  [ "$(running_system)" = "$toplevel" ] || fail "somebody switched the host to $(running_system)" || return
  has_systemd || return 0
  failed_units >"$request/failed-now"
  new_failures=$(comm -13 "$request/failed-before" "$request/failed-now" | tr '\n' ' ')
  [ -z "$new_failures" ] || fail "units failed that had not failed before: $new_failures"
}

await_confirmation() {
  rm -f "$request/answer"
  enter_state waiting || return
  give_up=$(($(now) + confirm_seconds))
  until nonce_is_right "$(cat "$request/answer" 2>/dev/null)"; do
    [ "$(now)" -lt "$give_up" ] || fail "no new login confirmed the system within $confirm_seconds s" || return
    sleep 0.2
  done
}

commit() {
  enter_state committing || return
  set_profile || fail 'the profile could not be set' || return
  journal_generation=$(profile_generation) journal_boot_begun=yes
  enter_state committing || return
  unchecked "$activation_seconds" "$toplevel/bin/switch-to-configuration" boot ||
    fail "the boot default could not be set (status $?)" || return
  point committed "$id" || fail 'the values could not be committed' || return
  journal_committed=$toplevel journal_committed_values=$values_digest journal_committed_boot_id=$journal_boot_id
  enter_state committed
}

set_profile() {
  nix_env --set "$toplevel" && [ "$(profile_system)" = "$toplevel" ] && sync -f /nix/var/nix
}

# nix-env makes a ~/.nix-defexpr: not in anyone's home.
nix_env() {
  bounded 120 env HOME="$run_directory" nix-env --profile "$profile" "$@"
}

# --- The way back -----------------------------------------------------------------------------------------------------

# Back to exactly what the journal says was before, whatever has been done since.
roll_back() {
  from=$journal_state
  journal_reason=$1
  # Even a full disk must not stop it.
  enter_state rolling-back
  boots_previous=yes
  restore_profile || give_up_boot 'the profile could not be restored'
  [ "$journal_boot_begun" = no ] || restore_boot_default || give_up_boot 'the boot default could not be restored'
  point committed "$journal_values_committed_before"
  point current "$journal_values_before"
  if [ "$journal_goal" = boot ] || [ "$from" = started ] || return_to_previous || return_to_previous; then
    finish_roll_back
  else
    last_resort
  fi
}

give_up_boot() {
  boots_previous=no
  journal_reason="$journal_reason; $1"
}

finish_roll_back() {
  if [ "$boots_previous" = yes ]; then
    enter_state rolled-back
  else
    enter_state rollback-failed
  fi
}

# Links only: it must work on a full disk, too. The generation that is undone goes, or the boot menu would list it.
restore_profile() {
  undone=$(profile_generation)
  [ "$undone" != "$journal_previous_generation" ] || return 0
  if [ "$(readlink -f "$profile-$journal_previous_generation-link")" = "$journal_previous_profile" ]; then
    replace_link "${profile##*/}-$journal_previous_generation-link" "$profile" || return
  elif [ -n "$journal_previous_profile" ]; then
    replace_link "$journal_previous_profile" "$profile" || return
  else
    rm -f "$profile" || return
  fi
  rm -f "$profile-$undone-link"
}

restore_boot_default() {
  default=${journal_previous_profile:-$journal_previous}
  unchecked "$(limit_of_transaction)" "$default/bin/switch-to-configuration" boot
}

# Judged by what runs, not by what the program says: it complains about units that had failed long before, too.
return_to_previous() {
  wait_for_other_switch
  unchecked "$(limit_of_transaction)" "$journal_previous/bin/switch-to-configuration" test
  printf 'cdktf-nixos: back to the system before, status %s\n' "$?"
  [ "$(running_system)" = "$journal_previous" ] || return
  etc_is_previous || return
  restart_changed_units "$journal_id" "$journal_values_before"
  start_units_of_before
}

# As it was, or as the system says: it may have been half of another switch.
etc_is_previous() {
  case $(etc_of_host) in
    "$journal_previous_etc" | "$(readlink -f "$journal_previous/etc")") return 0 ;;
    *) return 1 ;;
  esac
}

limit_of_transaction() {
  limit=$(sed -n 's/^activation-seconds=//p' "$request/header" 2>/dev/null)
  printf '%s\n' "${limit:-300}"
}

# A restart boots the system before. The state stays unfinished on purpose: after the restart it reads as aborted.
last_resort() {
  journal_reason="$journal_reason; the activation of the system before failed too"
  if has_systemd && [ "$boots_previous" = yes ]; then
    journal_reason="$journal_reason, so the host restarts"
    enter_state rolling-back
    systemctl --no-wall reboot || systemctl --force --no-wall reboot
    sleep 120
    systemctl --force --no-wall reboot
    sleep 30
  fi
  enter_state rollback-failed
}

# --- Units and /etc: what was, and what is ------------------------------------------------------------------------------

take_baseline() {
  failed_units >"$request/failed-before"
  active_units >"$request/active-before"
}

etc_of_host() {
  readlink -f /etc/static
}

failed_units() {
  list_units --state=failed
}

active_units() {
  list_units --state=active --type=service,socket,timer,path
}

list_units() {
  has_systemd || return 0
  systemctl list-units --plain --no-legend --no-pager "$@" | awk '{ print $1 }' | grep -v '^cdktf-nixos-' | sort
}

# One that can't be started again is no reason to restart the host: it may have been about to end.
start_units_of_before() {
  has_systemd || return 0
  active_units >"$request/active-now"
  comm -23 "$request/active-before" "$request/active-now" >"$request/stopped"
  while read -r unit; do
    bounded 60 systemctl start -- "$unit"
  done <"$request/stopped"
  return 0
}

# --- Values -----------------------------------------------------------------------------------------------------------

generation_of() {
  readlink "$values_directory/$1" || echo none
}

# Shows a generation of values as current or as committed.
point() {
  if [ "$2" = none ]; then
    rm -f "$values_directory/$1"
  else
    replace_link "$2" "$values_directory/$1"
  fi && sync "$values_directory"
}

# Restarts the units whose value differs between two generations. One that does not run reads it when it starts.
restart_changed_units() {
  has_systemd || return 0
  sed -n 's/^restart=//p' "$request/header" >"$request/restarts"
  while read -r name unit; do
    [ "$(hash_of "$values_directory/$1/$name.json")" != "$(hash_of "$values_directory/$2/$name.json")" ] || continue
    case $(systemctl show --property=ActiveState --value -- "$unit") in inactive) continue ;; esac
    printf 'cdktf-nixos: restarting %s for %s\n' "$unit" "$name"
    bounded "$(limit_of_transaction)" systemctl restart -- "$unit" || fail "$unit could not be restarted for $name" || return
  done <"$request/restarts"
}

hash_of() {
  sha256sum 2>/dev/null <"$1" || echo none
}

# --- Processes that a switch left ----------------------------------------------------------------------------------------

# Kills what a program left that did not end by itself: also what ignores TERM or made a session of its own.
kill_leftovers() {
  attempts=0
  while list_leftovers && [ "$attempts" -lt 50 ]; do
    while read -r process; do
      kill -KILL "$process" 2>/dev/null
    done <"$run_directory/leftovers"
    sleep 0.1
    attempts=$((attempts + 1))
  done
}

# No pipe and no substitution while we look: their processes would be found.
list_leftovers() {
  {
    processes_of_unit
    processes_of_session
    processes_marked
  } >"$run_directory/processes"
  grep -vx "$$" "$run_directory/processes" >"$run_directory/leftovers"
}

processes_of_unit() {
  while IFS=: read -r _ _ cgroup; do
    case $cgroup in
      */cdktf-nixos-*.service) ;;
      *) continue ;;
    esac
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
      [ -r "$hierarchy$cgroup/cgroup.procs" ] || continue
      while read -r process; do echo "$process"; done <"$hierarchy$cgroup/cgroup.procs"
    done
  done </proc/self/cgroup
}

# The supervisor led a session. Its id names another one only when somebody else got it since.
processes_of_session() {
  leader=${journal_supervisor%% *}
  case $(start_of "$leader") in
    '' | "${journal_supervisor#* }") pgrep -s "$leader" ;;
  esac
}

# By their environment, on hosts where no unit holds them. A switch that has ended may have left daemons: they stay.
processes_marked() {
  case $journal_state in activating | rolling-back) ;; *) return ;; esac
  for process in /proc/[0-9]*; do
    if grep -qszx "CDKTF_NIXOS_TRANSACTION=$journal_id" "$process/environ"; then echo "${process#/proc/}"; fi
  done
}

# --- finalize and watch: after run, however it ended ----------------------------------------------------------------------

finalize() {
  id=$1
  request=$(request_directory "$id")
  write_log
  if is_unfinished "$id"; then
    # A switch during a shutdown can't work; the boot default is still the system before.
    if system_is_stopping; then exit 0; fi
    take_lock "$(limit_of_transaction)" || exit 1
    # Whoever held the lock may have finished it.
    if is_unfinished "$id"; then
      kill_leftovers
      roll_back "its supervisor ended early${SERVICE_RESULT:+ ($SERVICE_RESULT)}"
    fi
  fi
  tidy
}

is_unfinished() {
  read_journal
  [ "$journal_id" = "$1" ] && ! is_final "$journal_state"
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

# --- ------------------------------------------------------------------------------------------------------------------

serve() {
  # What a login script printed may lack its line break.
  echo
  read_request
  case $verb in
    inspect | stage | receive | verify | start | confirm | status | adopt) "$verb" ;;
    *) refuse bad-request "unknown verb: $verb" ;;
  esac
  event end "$verb"
}

main() {
  use_host_programs
  case ${1-} in
    '') serve ;;
    run | finalize | watch) "$@" ;;
    *) refuse bad-request "unknown argument: $1" ;;
  esac
}

main "$@"
