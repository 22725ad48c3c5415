# --- The request of a transaction: what only this boot needs -------------------------------------------------------------

request_directory() {
  printf '%s\n' "$run_directory/$1"
}

# The header is kept as it arrived, because a newer supervisor may read more in it than we do, but without the digests of
# secrets: /run can be swapped, and from a digest a short secret can be guessed.
write_request() {
  mkdir "$request" || refuse failed "$request cannot be made"
  printf '%s\n' "$header" | sed -E 's/^(file=(memory-)?secret .*) [0-9a-f]{64}$/\1 unsaid/' >"$request/header" &&
    printf '%s\n' "$nonce" >"$request/nonce" && printf '%s %s\n' "$$" "$(start_of $$)" >"$request/starter" &&
    connection >"$request/connection" && serving_unit >"$request/serving-unit" && return
  refuse failed "$request cannot be written"
}

# Removes what a client brought for a transaction that did not begin.
remove_request() {
  read_journal
  rm -rf "$request"
  drop_files_of "$id"
  is_of_transaction "$toplevel" || drop_root "$toplevel"
  is_of_transaction "$expected_running" || drop_root "$expected_running"
}

# When `run` declined, it got no place in the journal: its reason is in the request.
refuse_if_declined() {
  request=$(request_directory "$id")
  reason=$(cat "$request/refusal" 2>/dev/null) || return 0
  # What it names is removed, as far as it can be read.
  read_header <"$request/header"
  remove_request
  refuse "${reason%% *}" "${reason#* }"
}

# A request may have been left by a `start` that was killed, with the files that it had received.
is_about_to_begin() (
  [ -e "$(request_directory "$1")" ] || return
  starter=$(cat "$(request_directory "$1")/starter" 2>/dev/null) || return 0
  [ "$(start_of "${starter%% *}")" = "${starter#* }" ] || transaction_is_alive "$1"
)

nonce_is_right() {
  [ -n "$1" ] && [ "$1" = "$(cat "$request/nonce")" ]
}

# The number of the proof that the transaction waits for; empty before the first.
awaited_proof() {
  cat "$request/proof" 2>/dev/null
}

# What sshd names this connection. sudo, doas and run0 drop it; then only the client warrants that the connection is a new one.
connection() {
  printf '%s\n' "${SSH_CONNECTION-}"
}

# The most that a transaction may take, in activation limits: switch, restarts and boot default; in a rollback the boot
# default, three waits for other programs that switch, two switches and their restarts. The proofs with the time
# between them, and steps with limits of their own, come on top.
run_seconds() {
  printf '%s\n' $((12 * activation_seconds + (settle_seconds ? 2 : 1) * confirm_seconds + settle_seconds + 1500))
}
