# --- Kept secrets: sealed on the disk ------------------------------------------------------------------------------------

# Seals a secret of this transaction, and prints how. It counts as sealed when it can be opened again.
seal() {
  for sealing in $(ways_to_seal); do
    seal_by "$sealing" "$1" && printf '%s\n' "$sealing" && return
  done
  return 1
}

# Ready to follow a message. That the disk is not encrypted is no failure.
said_while_sealing() {
  grep -v 'using anyway' "$request/sealing" 2>/dev/null | tail -n 1 | sed 's/^/: /'
}

# Keys of systemd-creds, best first, or `plain`. A host that can seal never keeps a secret as it is. The host's key must
# last as long as what it seals, so it counts only on the same file system: on a host that keeps only /nix it is gone after
# a restart.
ways_to_seal() {
  if ! has_program systemd-creds; then
    echo plain
  elif [ "$(device_of /var/lib/systemd)" = "$(device_of "$secrets_directory")" ]; then
    # The first one takes a TPM, too, if there is one.
    echo auto host
  elif systemd-creds --quiet has-tpm2 >/dev/null 2>&1; then
    echo tpm2
  else
    echo plain
  fi
}

device_of() {
  stat -L -c %d "$1" 2>/dev/null || stat -L -c %d "${1%/*}"
}

seal_by() {
  sealed=$secrets_directory/$id/$2
  rm -f "$sealed"
  if [ "$1" = plain ]; then
    cat "$open_directory/$id/$2" >"$sealed"
  else
    timeout -k "$stop_seconds" 60 systemd-creds encrypt --with-key="$1" --name="$2" - - <"$open_directory/$id/$2" >"$sealed"
  fi 2>"$request/sealing" && chmod 400 "$sealed" && sync "$sealed" "${sealed%/*}" "$secrets_directory" &&
    [ "$(digest_of_sealed "$id" "$2" "$1")" = "$(hash_of "$open_directory/$id/$2")" ]
}

# Arguments: generation, name, and how it is sealed.
digest_of_sealed() {
  if [ "$3" = plain ]; then
    hash_of "$secrets_directory/$1/$2"
  else
    timeout -k "$stop_seconds" 60 systemd-creds decrypt --newline=no --name="$2" "$secrets_directory/$1/$2" - 2>/dev/null |
      sha256sum | cut -d ' ' -f 1
  fi
}
