# shellcheck shell=sh
# In the first boots of a new host, before sshd starts: makes the bootstrap host key of the seed in the user data, and
# prepares the lasting one. The deployer lets the host take that (lib/supervisor/verbs/host-key.sh), and then this never
# starts again. KEY is the host's ed25519 key, USER_DATA a URL. Runs with coreutils, sed, curl, openssl and openssh on PATH.
#
# Everything lies beside the key, to last as long as it does:
#
#   cdktf-nixos-host-key/         there before the host had a key: its key is ours to replace
#   cdktf-nixos-host-key/next     the lasting key, with next.pub
#   cdktf-nixos-host-key/taken    the host has its lasting key, or is about to take it
umask 077
directory=${KEY%/*}/cdktf-nixos-host-key

# Prints the user data; nothing when there is none. Fails when nobody answers in time.
user_data() {
  until=$(($(date +%s) + WAIT_SECONDS))
  answer=$directory/answer
  while :; do
    status=$(curl --silent --noproxy '*' --max-time 5 --max-filesize 65536 --output "$answer" --write-out '%{http_code}' \
      "$USER_DATA") || status=none
    case $status in
      200) cat "$answer" ;;
      404) ;;
      *)
        [ "$(date +%s)" -lt "$until" ] || return 1
        sleep 1
        continue
        ;;
    esac
    rm -f "$answer"
    return 0
  done
}

hex() {
  od -An -v -tx1 | tr -d ' \n'
}

unhex() {
  tr a-f A-F | basenc --base16 --decode
}

# An ed25519 private key is 32 bytes; openssl reads it as PKCS #8 (RFC 8410) and knows its public half.
make_bootstrap_key() {
  private=$(printf %s "$1" | sha256sum | cut -c 1-64)
  public=$(printf '302e020100300506032b657004220420%s' "$private" | unhex |
    openssl pkey -inform DER -pubout -outform DER | tail -c 32 | hex)
  [ ${#public} = 64 ] || { echo 'openssl cannot read the key of the seed' >&2 && return 1; }
  # The fields of both halves, each led by its length: "ssh-ed25519" and the key.
  name=0000000b7373682d65643235353139
  blob=${name}00000020$public
  # Two equal numbers, both halves, no comment, and 1 2 3 4 5 to a multiple of 8 bytes.
  body=0000000000000000${name}00000020${public}00000040${private}${public}000000000102030405
  # "openssh-key-v1", no cipher, no function for a passphrase and no options of it, one key.
  head=6f70656e7373682d6b65792d763100000000046e6f6e65000000046e6f6e650000000000000001
  {
    echo '-----BEGIN OPENSSH PRIVATE KEY-----'
    printf '%s00000033%s00000088%s' "$head" "$blob" "$body" | unhex | base64 --wrap=70
    echo '-----END OPENSSH PRIVATE KEY-----'
  } >"$directory/bootstrap"
  printf 'ssh-ed25519 %s\n' "$(printf %s "$blob" | unhex | base64 --wrap=0)" >"$directory/bootstrap.pub"
  chmod 644 "$directory/bootstrap.pub"
  sync "$directory/bootstrap" "$directory/bootstrap.pub"
  mv -f "$directory/bootstrap.pub" "$KEY.pub"
  mv -f "$directory/bootstrap" "$KEY"
}

prepare_lasting_key() {
  if [ -s "$directory/next" ]; then return 0; fi
  rm -f "$directory/new" "$directory/new.pub"
  ssh-keygen -q -t ed25519 -N '' -C '' -f "$directory/new"
  sync "$directory/new" "$directory/new.pub"
  mv -f "$directory/new.pub" "$directory/next.pub"
  mv -f "$directory/new" "$directory/next"
}

if [ -e "$KEY" ] && [ ! -d "$directory" ]; then
  echo "the host has a host key already ($KEY): this is not its first boot, and nothing is done"
  exit 0
fi
(umask 022 && mkdir -p "${KEY%/*}")
mkdir -p "$directory"
if ! data=$(user_data); then
  echo "the metadata service $USER_DATA did not answer within $WAIT_SECONDS s, so the host has no key by which it is known:" \
    "the first login will be refused; the next boot tries again" >&2
  exit 1
fi
seed=$(printf '%s\n' "$data" | tr -d '\r' | sed -n 's/^# cdktf-nixos-first-boot 1 \([0-9a-f-]\{64,80\}\)$/\1/p' | tail -n 1)
if [ -z "$seed" ]; then
  echo 'the user data has no seed for a host key: nothing is done'
  rmdir --ignore-fail-on-non-empty "$directory"
  exit 0
fi
make_bootstrap_key "$seed"
prepare_lasting_key
sync "$KEY" "$directory"
echo "the host has its bootstrap key, until the first contact: $(cut -d ' ' -f 1,2 "$KEY.pub")"
