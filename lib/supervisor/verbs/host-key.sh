# --- The host's key ---------------------------------------------------------------------------------------------------

# nix/modules/first-boot.sh has made what these verbs use. The key that sshd shows is replaced by the one beside it.

# Reports the key that the host has, and the lasting one while that waits to be taken.
hostkey() {
  refuse_without_first_boot
  event key "$(public_half "$(host_key)")"
  if [ -e "$(next_key)" ]; then event next-key "$(public_half "$(next_key)")"; fi
}

# Keeps a lasting key that somebody else made, until it is taken. Its private half is the payload.
givekey() {
  given_length=$(header_value length)
  given_public=$(header_value public-key)
  require length "$given_length" public-key "$given_public"
  refuse_without_first_boot
  given=$(next_key).given
  head -c "$given_length" >"$given"
  [ "$(wc -c <"$given")" = "$given_length" ] || refuse bad-request 'the key did not arrive completely'
  # In between, there is no key to be taken: never the half of one and the half of another.
  replace_next_key "$given" "$given_public" || refuse failed "$(next_key) cannot be written"
}

# Arguments: the file of the private half, and the public half.
replace_next_key() {
  printf '%s\n' "$2" >"$1.pub" && sync "$1" "$1.pub" && rm -f "$(next_key)" &&
    mv -f "$1.pub" "$(next_key).pub" && mv -f "$1" "$(next_key)"
}

# From here on the host shows its lasting key, also after a restart. Does nothing but a reload if it has that already.
takekey() {
  wanted_key=$(header_value public-key)
  require public-key "$wanted_key"
  refuse_without_first_boot
  if [ -e "$(next_key)" ]; then
    [ "$(public_half "$(next_key)")" = "$wanted_key" ] || refuse failed 'the host has prepared another lasting key'
    take_next_key || refuse failed "$(host_key) cannot be written"
  fi
  [ "$(public_half "$(host_key)")" = "$wanted_key" ] || refuse failed 'the host has another key'
  reload_sshd
}

refuse_without_first_boot() {
  refuse_other_host
  [ -n "$(host_key)" ] || refuse no-first-boot 'the system of the host does not have cdktf-nixos.firstBoot.enable = true'
  [ -d "$(dirname "$(next_key)")" ] || refuse no-first-boot 'the host did not make its key of the seed in its user data'
}

host_key() {
  head -n 1 /etc/cdktf-nixos/host-key 2>/dev/null
}

next_key() {
  printf '%s/cdktf-nixos-host-key/next\n' "$(dirname "$(host_key)")"
}

public_half() {
  cut -d ' ' -f 1,2 "$1.pub" 2>/dev/null
}

# First of all, the unit that would make the bootstrap key again never starts again. The key itself is replaced by one rename.
take_next_key() (
  directory=$(dirname "$(next_key)")
  : >"$directory/taken" && sync "$directory/taken" "$directory" &&
    cp "$directory/next.pub" "$directory/taken.pub" && chmod 644 "$directory/taken.pub" &&
    mv -f "$directory/taken.pub" "$(host_key).pub" && mv -f "$directory/next" "$(host_key)" &&
    rm -f "$directory/next.pub" && sync "$(host_key)" "$directory" "$(dirname "$directory")"
)

# Connections stay as they are. One that a socket starts reads the key itself.
reload_sshd() {
  if has_systemd; then
    listener=$(systemctl show --property=MainPID --value sshd.service)
  else
    listener=$(pgrep -o -x sshd)
  fi
  case $listener in '' | 0) ;; *) kill -HUP "$listener" ;; esac
}
