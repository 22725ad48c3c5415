#!/bin/sh
# Terraform runs this in the stack's folder. It finds a Node.js that is new enough and becomes the deploy client.
# The job holds values of the deployment. It comes in the environment, which root and this user can read for as long as the
# process runs, so it goes on by a pipe: no other process of a deployment has it in its environment.
set -u +a

unset job
job=${CDKTF_NIXOS_JOB-}
unset CDKTF_NIXOS_JOB

client=$(dirname -- "$0")/client.cjs

give_up() {
  printf 'cdktf-nixos: %s\ncdktf-nixos: no host was contacted\ncdktf-nixos: %s\n' "$1" "$2" >&2
  exit 69
}

[ -f "$client" ] || give_up "$client is missing" 'run cdktf synth again, or copy the whole output folder to the machine that applies'

version=$(node --version 2>/dev/null) ||
  give_up 'node is not installed or not on PATH' 'install Node.js 20.19 or newer on the machine that applies'

major=${version#v}
minor=${major#*.}
major=${major%%.*}
minor=${minor%%.*}
case $major$minor in
  '' | *[!0-9]*) give_up "node --version reports $version" 'put Node.js 20.19 or newer first on PATH' ;;
esac
if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
  give_up "node is $version, older than 20.19" 'install Node.js 20.19 or newer on the machine that applies'
fi

# Only this user can open what is in it.
private_directory() {
  for parent in "${TMPDIR-}" "${XDG_RUNTIME_DIR-}" /tmp /var/tmp; do
    [ -n "$parent" ] && mktemp -d "$parent/cdktf-nixos.XXXXXX" 2>/dev/null && return
  done
  return 1
}

{ directory=$(private_directory) && { mkfifo "$directory/job" || { rmdir "$directory" && false; }; }; } ||
  give_up 'cannot make a private directory with a pipe' 'make /tmp writable, or set TMPDIR to a writable directory; mktemp and mkfifo (coreutils) must be on PATH'

# First opened for both ways, because opening one end waits for the other. The writer has no reading end: if the client
# dies before it has read a job that is larger than a pipe, the writer ends, too.
exec 5<>"$directory/job"
exec 3<"$directory/job"
exec 4>"$directory/job" 5>&-
rm -rf -- "$directory"
(
  # Not as redirections of printf: for those the shell would keep copies of the descriptors, to restore them.
  exec >&4 3<&- 4>&-
  printf '%s' "$job"
) &
exec 4>&-

exec node "$client" 3
