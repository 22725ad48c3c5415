#!/bin/sh
# Terraform runs this in the stack's folder. It finds a Node.js that is new enough and becomes the deploy client.
set -u

client=$(dirname -- "$0")/client.cjs

give_up() {
  printf 'cdktf-nixos: %s\ncdktf-nixos: no host was contacted\ncdktf-nixos: %s\n' "$1" "$2" >&2
  exit 69
}

[ -f "$client" ] || give_up "$client is missing" 'run cdktf synth again, or copy the whole output folder to the machine that applies'

# The job holds values of the deployment, so no other program may see it.
version=$(unset CDKTF_NIXOS_JOB && node --version 2>/dev/null) ||
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

exec node "$client"
