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
    refuse failed "$request cannot be written"
  follow none
}

connection_is_new() {
  [ -z "$(connection)" ] || [ "$(connection)" != "$(cat "$request/connection")" ]
}
