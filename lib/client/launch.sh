#!/bin/sh
# Terraform runs this in the stack's folder. It finds a Node.js that is new enough and becomes the deploy client.
# The job holds values of the deployment. It comes in the environment, which root and this user can read for as long as the
# process runs, so it goes on by a pipe: no other process of a deployment has it in its environment.
# A user's SHELLOPTS may have bash print each command with its values: first of all, and for the shells that it starts, too.
set +xv
set -u +a

# A core of a process of ours would have secrets in it, in the folder of the stack.
# shellcheck disable=SC3045 # dash, bash and BusyBox have it
ulimit -c 0 2>/dev/null

# The client hands the user's environment on to programs that he names: variables of ours have names of their own.
unset our_job
our_job=${CDKTF_NIXOS_JOB-}
unset CDKTF_NIXOS_JOB

our_client=$(dirname -- "$0")/client.cjs

give_up() {
  printf 'cdktf-nixos: %s\ncdktf-nixos: no host was contacted\ncdktf-nixos: %s\n' "$1" "$2" >&2
  exit 69
}

[ -f "$our_client" ] || give_up "$our_client is missing" 'run cdktf synth again, or copy the whole output folder to the machine that applies'

our_version=$(node --version 2>/dev/null) ||
  give_up 'node is not installed or not on PATH' 'install Node.js 20.19 or newer on the machine that applies'

our_major=${our_version#v}
our_minor=${our_major#*.}
our_major=${our_major%%.*}
our_minor=${our_minor%%.*}
case $our_major$our_minor in
  '' | *[!0-9]*) give_up "node --version reports $our_version" 'put Node.js 20.19 or newer first on PATH' ;;
esac
if [ "$our_major" -lt 20 ] || { [ "$our_major" -eq 20 ] && [ "$our_minor" -lt 19 ]; }; then
  give_up "node is $our_version, older than 20.19" 'install Node.js 20.19 or newer on the machine that applies'
fi

# Only this user can open what is in it.
private_directory() {
  for parent in "${TMPDIR-}" "${XDG_RUNTIME_DIR-}" /tmp /var/tmp; do
    [ -n "$parent" ] && mktemp -d "$parent/cdktf-nixos.XXXXXX" 2>/dev/null && return
  done
  return 1
}

{ our_directory=$(private_directory) && { mkfifo "$our_directory/job" || { rmdir "$our_directory" && false; }; }; } ||
  give_up 'cannot make a private directory with a pipe' 'make /tmp writable, or set TMPDIR to a writable directory; mktemp and mkfifo (coreutils) must be on PATH'

# First opened for both ways, because opening one end waits for the other. The writer has no reading end: if the client
# dies before it has read a job that is larger than a pipe, the writer ends, too.
exec 5<>"$our_directory/job"
exec 3<"$our_directory/job"
exec 4>"$our_directory/job" 5>&-
rm -rf -- "$our_directory"
(
  # Not as redirections of printf: for those the shell would keep copies of the descriptors, to restore them.
  exec >&4 3<&- 4>&-
  printf '%s' "$our_job"
) &
exec 4>&-

exec node "$our_client" 3
