# --- Kept secrets: sealed on the disk ------------------------------------------------------------------------------------

# Seals a secret of this transaction, and prints how. It counts as sealed when it can be opened again.
seal() {
  sealing=$(way_to_seal)
  seal_by "$sealing" "$1" && printf '%s\n' "$sealing"
}

# Ready to follow a message. That the disk is not encrypted is no failure.
said_while_sealing() {
  grep -v 'using anyway' "$request/sealing" 2>/dev/null | tail -n 1 | sed 's/^/: /'
}

# The best key of systemd-creds, or `plain`. There is no second choice: nobody would notice that a host whose TPM does not
# work protects less than the last time (`auto` of systemd-creds goes without the TPM then). The host's key must last as
# long as what it seals, so it counts only on the same file system: on a host that keeps only /nix it is gone after a
# restart.
way_to_seal() {
  if ! has_program systemd-creds; then
    echo plain
  elif [ "$(device_of /var/lib/systemd)" = "$(device_of "$secrets_directory")" ]; then
    if has_tpm; then echo host+tpm2; else echo host; fi
  elif has_tpm; then
    echo tpm2
  else
    echo plain
  fi
}

has_tpm() {
  systemd-creds --quiet has-tpm2 >/dev/null 2>&1
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

# To open a sealed secret takes long, so each is opened once for a test: when it arrives, and after each boot, because this is
# noted on ramfs. Once more when a file is another one: one of the generation or the host's key.
note_opened() {
  { printf '%s\n' "$2" >"$open_directory/$1/.opened"; } 2>/dev/null
}

was_opened() {
  [ -n "$2" ] && [ "$2" = "$(cat "$open_directory/$1/.opened" 2>/dev/null)" ]
}

# Changes with any of the files.
state_of_sealed() {
  stat -c '%n %d %i %s %z' "$secrets_directory/$1" "$secrets_directory/$1"/* /var/lib/systemd/credential.secret 2>/dev/null
}
