# --- confirm ----------------------------------------------------------------------------------------------------------

confirm() {
  require id "$id" nonce "$nonce"
  read_journal
  request=$(request_directory "$id")
  [ "$journal_id" = "$id" ] || refuse failed "the host knows another transaction: ${journal_id:-none}"
  [ "$journal_state" = waiting ] || refuse failed "the transaction does not wait for a confirmation, its state is $journal_state"
  nonce_is_right "$nonce" || refuse failed 'this is not the nonce of the transaction'
  connection_is_new || refuse failed 'the confirmation came over the connection that started the transaction'
  { printf '%s\n' "$nonce" >"$request/confirmation.new" && mv "$request/confirmation.new" "$request/confirmation"; } ||
    refuse failed "$request cannot be written"
  follow none
}

connection_is_new() {
  [ -z "$(connection)" ] || [ "$(connection)" != "$(cat "$request/connection")" ]
}
