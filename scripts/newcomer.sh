#!/bin/sh
# The path of a newcomer: a bare Debian with nothing but Node and Terraform (and Go, if this machine has it), a fresh
# clone of the last commit, and the two commands of CONTRIBUTING.md, timed. Needs root and debootstrap; leaves nothing.
#
# usage: newcomer.sh [command ...]     the default is npm test and npm run demo
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
base=$(mktemp -d)
system=$base/system
trap 'rm -rf "$base"' EXIT
trap 'exit 130' INT TERM

say() { printf 'newcomer: %s\n' "$*"; }

# Copies a program's installation as it is on this machine.
bring() {
  for file in "$@"; do
    [ -e "$file" ] || continue
    rm -rf "${system:?}$file"
    mkdir -p "$system$(dirname "$file")"
    cp -a "$file" "$system$file"
  done
}

say 'a bare Debian'
debootstrap --variant=minbase --include=ca-certificates bookworm "$system" >"$base/debootstrap.log" 2>&1 || {
  tail -n 5 "$base/debootstrap.log" >&2
  exit 1
}
node=$(readlink -f "$(command -v node)")
modules=$(readlink -f "$(npm root --global 2>/dev/null)")
bring "$node" "$modules/npm" "$(readlink -f "$(command -v terraform)")" /etc/ssl/certs /usr/local/share/ca-certificates
ln -sf "$node" "$system/usr/local/bin/node" 2>/dev/null || true
ln -sf "$modules/npm/bin/npm-cli.js" "$system/usr/local/bin/npm"
ln -sf "$modules/npm/bin/npx-cli.js" "$system/usr/local/bin/npx"
if command -v go >/dev/null; then
  goroot=$(go env GOROOT)
  bring "$goroot"
  ln -sf "$goroot/bin/go" "$system/usr/local/bin/go"
fi
cp /etc/resolv.conf "$system/etc/resolv.conf"
git clone --quiet "$repository" "$system/root/cdktf-nixos"
mkdir -p "$system/old"

[ $# -gt 0 ] || set -- 'npm run demo' 'npm test'
cat >"$system/inside" <<'SCRIPT'
set -u
mount -t proc proc /proc
mount --rbind /old/sys /sys
mount --rbind /old/dev /dev
umount -l /old
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
cd /root/cdktf-nixos
status=0
for command in "$@"; do
  begin=$(date +%s)
  sh -c "$command" </dev/null || status=1
  printf 'newcomer: %s: %s s, exit status so far %s\n' "$command" "$(($(date +%s) - begin))" "$status"
done
exit "$status"
SCRIPT
say "fresh clone, then: $*"
cat >"$base/enter" <<'SCRIPT'
mount --rbind "$1" "$1"
cd "$1"
pivot_root . old
cd /
shift
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CI=1 \
  NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt sh /inside "$@"
SCRIPT
unshare --mount --pid --fork --kill-child --propagation private sh -e "$base/enter" "$system" "$@"
