# --- A full disk: room that is kept free, and a witness in /run -----------------------------------------------------------

# Called before a transaction changes anything. No zeros: some file systems keep them without taking room.
keep_spare() {
  [ -s "$spare" ] || head -c 65536 /dev/urandom >"$spare" 2>/dev/null
}

# Writes the journal with the room that was kept free, at worst only to /run: then clients still learn how a transaction
# ended. A commit that is not on the disk does not count. The way back waits for no disk: one that does not answer any more
# may be what the new system broke.
record_journal() {
  case $journal_state in
    rolling-back | rolled-back | rollback-failed | aborted)
      write_witness
      within 10 write_journal_somehow && rm -f "$witness"
      ;;
    *)
      rm -f "$witness"
      write_journal_somehow && return
      [ "$journal_state" = committed ] || write_witness
      return 1
      ;;
  esac
}

write_witness() {
  print_journal >"$witness.new" && mv "$witness.new" "$witness"
}

write_journal_somehow() {
  write_journal || { rm -f "$spare" && write_journal; }
}

# While there is a witness, it is newer than the journal.
read_witness() {
  [ -s "$witness" ] || return
  clear_journal
  while IFS= read -r witnessed; do
    take_entry "${witnessed%%=*}" "${witnessed#*=}"
  done <"$witness"
}
