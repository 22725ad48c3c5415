#!/bin/sh
# Outlives the deploy client and cleans up after it, however the client ends: Terraform kills its scripts with SIGKILL.
# Usage: janitor.sh PARENT
# Makes a private directory in PARENT and prints its path. Reads lines "started PID" and "ended PID". At the end of its
# input it ends the processes that have started and not ended, and removes the directory.
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

while read -r event pid; do
  case $pid in '' | *[!0-9]*) continue ;; esac
  case $event in
    started) running="$running$pid " ;;
    ended) forget "$pid" ;;
  esac
done

signal_running() {
  for pid in $running; do
    kill "-$1" "$pid" 2>/dev/null || forget "$pid"
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
