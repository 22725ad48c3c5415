# shellcheck shell=sh disable=SC2154 # open-secrets.sh sets it
# At boot, after open-secrets.sh and give-secrets.sh.
if [ -n "$missing" ]; then
  echo "secrets are missing:$missing; deploy to this host to deliver them, and keep /var/lib/cdktf-nixos across restarts" >&2
  exit 1
fi
