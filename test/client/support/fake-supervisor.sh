#!/bin/sh
# Stands in for the supervisor where a test needs an answer that no real host gives on demand.
# The answer to the n-th call of a verb is the script /fake/VERB.n on the host, else /fake/VERB; /fake/log keeps the headers.
# $id is the transaction that the request names; `event KEY VALUE` is an event of this call.
set -u
request=''
verb=none
id=none
call=none
# shellcheck disable=SC2034 # the answers read id
while IFS= read -r line && [ -n "$line" ]; do
  request="$request$line;"
  case $line in
    verb=*) verb=${line#verb=} ;;
    id=*) id=${line#id=} ;;
    call=*) call=${line#call=} ;;
  esac
done
printf '%s\n' "$request" >>/fake/log
event() {
  printf '@nixos-%s %s=%s\n' "$call" "$1" "$2"
}
count=$(($(cat "/fake/$verb.count" 2>/dev/null || echo 0) + 1))
echo "$count" >"/fake/$verb.count"
echo
answer=/fake/$verb.$count
[ -e "$answer" ] || answer=/fake/$verb
# shellcheck disable=SC1090
. "$answer"
