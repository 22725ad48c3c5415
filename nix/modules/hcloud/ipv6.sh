# shellcheck shell=sh
# Gives the public interface its IPv6 address: writes FILE from TEMPLATE, with what the metadata of the server say.
# They are YAML, with each field that is needed on a line of its own (cloud-init's network config, version 1).

metadata=$(curl --silent --show-error --fail --max-time 5 --retry 20 --retry-delay 2 --retry-all-errors \
  http://169.254.169.254/hetzner/v1/metadata)

field() {
  printf '%s\n' "$metadata" | awk -v name="$1:" '{ sub(/^[ -]+/, "") } $1 == name { gsub(/["\047]/, "", $2); print $2 }'
}

mac=$(field mac_address | head -n 1)
address=$(field address | awk '/^[0-9a-fA-F:]+\/[0-9]+$/ { print; exit }')

if [ -z "$address" ] || [ -z "$mac" ]; then
  echo 'this server has no public IPv6 address'
  exit 0
fi

mkdir -p "${FILE%/*}"
sed -e "s|@MAC@|$mac|" -e "s|@ADDRESS@|$address|" "$TEMPLATE" >"$FILE"
networkctl reload
echo "the interface $mac has the address $address"
