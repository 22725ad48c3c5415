# shellcheck shell=sh
# At boot, after show-committed.sh: fails when a value that the configuration reads is not there. DECLARED has their names.
# Whatever comes after this is no boot, also if it failed.
mkdir -p /run/cdktf-nixos

missing=''
for name in $DECLARED; do
  [ -e "/var/lib/cdktf-nixos/values/current/$name.json" ] || missing="$missing $name"
done
if [ -n "$missing" ]; then
  echo "values are missing:$missing; deploy to this host to deliver them, and keep /var/lib/cdktf-nixos across restarts" >&2
  exit 1
fi
