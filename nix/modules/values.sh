# shellcheck shell=sh
# At boot, after show-committed.sh: fails when a value that the configuration declares is missing. DECLARED has their names.

# First, because it must be there even if this fails: whatever activates the system from now on is a switch, not a boot.
mkdir -p /run/cdktf-nixos

missing=''
for name in $DECLARED; do
  [ -e "/var/lib/cdktf-nixos/values/current/$name.json" ] || missing="$missing $name"
done
if [ -n "$missing" ]; then
  echo "values are missing:$missing; deploy to this host to bring them, with terraform apply -replace if the plan is empty," \
    "and keep /var/lib/cdktf-nixos across restarts" >&2
  exit 1
fi
