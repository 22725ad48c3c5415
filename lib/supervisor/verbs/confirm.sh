# --- confirm ----------------------------------------------------------------------------------------------------------

confirm() {
  require id "$id" nonce "$nonce"
  request=$(request_directory "$id")
  # Before the state is read: a confirmation counts for the proof that was awaited when it came, never for a later one.
  proof=$(awaited_proof)
  read_journal
  [ "$journal_id" = "$id" ] || refuse failed "the host knows another transaction: ${journal_id:-none}"
  [ "$journal_state" = waiting ] ||
    refuse failed "the transaction does not wait for a confirmation, its state is $journal_state"
  nonce_is_right "$nonce" || refuse failed 'this is not the nonce of the transaction'
  connection_is_new || refuse failed 'the confirmation came over a connection that the transaction has seen before'
  { printf '%s\n' "$nonce" >"$request/confirmation.new" && connection >>"$request/connection" &&
    mv "$request/confirmation.new" "$request/confirmation-$proof"; } ||
    refuse failed "$request cannot be written"
  follow waiting "$proof"
}

connection_is_new() {
  [ -z "$(connection)" ] || ! grep -qxF -e "$(connection)" "$request/connection"
}
