# --- A full disk: room that is kept free, and a witness in /run -----------------------------------------------------------

# Called before a transaction changes anything. No zeros: some file systems keep them without taking room.
keep_spare() {
  [ -s "$spare" ] || head -c 65536 /dev/urandom >"$spare" 2>/dev/null
}

# Writes the journal with the room that was kept free, at worst only to /run: then clients still learn how a transaction
# ended. A commit that is not on the disk does not count.
record_journal() {
  rm -f "$witness"
  write_journal && return
  rm -f "$spare" && write_journal && return
  [ "$journal_state" = committed ] || { print_journal >"$witness.new" && mv "$witness.new" "$witness"; }
  return 1
}

# While there is a witness, it is newer than the journal.
read_witness() {
  [ -s "$witness" ] || return
  clear_journal
  while IFS= read -r witnessed; do
    take_entry "${witnessed%%=*}" "${witnessed#*=}"
  done <"$witness"
}
