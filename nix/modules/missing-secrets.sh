# shellcheck shell=sh disable=SC2154 # open-secrets.sh sets it
# At boot, after open-secrets.sh and give-secrets.sh.
if [ -n "$missing" ]; then
  echo "secrets are missing:$missing; deploy to this host to bring them, with terraform apply -replace if the plan is empty," \
    "and keep /var/lib/cdktf-nixos across restarts" >&2
  exit 1
fi
