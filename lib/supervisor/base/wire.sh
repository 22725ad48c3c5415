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
    # shellcheck disable=SC2086 # store paths or units: one word each
    "$@" $chunk || return
    first=$((first + 1000))
  done
}
