# --- confirm ----------------------------------------------------------------------------------------------------------

confirm() {
  require id "$id" nonce "$nonce"
  read_journal
  request=$(request_directory "$id")
  [ "$journal_id" = "$id" ] || refuse failed "the host knows another transaction: $journal_id"
  [ "$journal_state" = waiting ] || refuse failed "the transaction does not wait for a confirmation, its state is $journal_state"
  nonce_is_right "$nonce" || refuse failed 'this is not the nonce of the transaction'
  connection_is_new || refuse failed 'the confirmation came over the connection that started the transaction'
  { printf '%s\n' "$nonce" >"$request/answer.new" && mv "$request/answer.new" "$request/answer"; } ||
    refuse failed "$request can't be written"
  follow none
}

nonce_is_right() {
  [ -n "$1" ] && [ "$1" = "$(cat "$request/nonce")" ]
}

# sshd's own words for this connection; sudo drops them, then the client alone warrants that it is a new one.
connection() {
  printf '%s\n' "${SSH_CONNECTION-}"
}

connection_is_new() {
  [ -z "$(connection)" ] || [ "$(connection)" != "$(cat "$request/connection")" ]
}
