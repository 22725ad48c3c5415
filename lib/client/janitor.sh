#!/bin/sh
# Outlives the deploy client and cleans up after it, however the client ends: Terraform kills its scripts with SIGKILL.
# Usage: janitor.sh PARENT
# Makes a private directory in PARENT and prints its path. Reads lines "started ID" and "ended ID": an id of a process, or
# with a minus before it of a group of processes. At the end of its input it ends what has started and not ended, and
# removes the directory.
set -u
umask 077
trap '' HUP INT TERM PIPE

directory=$(mktemp -d "$1/cdktf-nixos.XXXXXX") || exit 1
printf '%s\n' "$directory"

# Each id between blanks, so that 12 is not found in 123.
running=' '

forget() {
  case $running in
    *" $1 "*) running="${running%% "$1" *} ${running#* "$1" }" ;;
  esac
}

while read -r event id; do
  # -1 stands for everything that may be ended.
  case ${id#-} in '' | 0* | *[!0-9]*) continue ;; esac
  [ "$id" != -1 ] || continue
  case $event in
    started) running="$running$id " ;;
    ended) forget "$id" ;;
  esac
done

signal_running() {
  for id in $running; do
    kill -s "$1" -- "$id" 2>/dev/null || forget "$id"
  done
}

signal_running TERM
attempts=20
while [ "$attempts" -gt 0 ]; do
  signal_running 0
  [ -n "${running# }" ] || break
  sleep 0.1
  attempts=$((attempts - 1))
done
signal_running KILL

rm -rf -- "$directory"
