# --- The lock: its holder owns the journal and the system ----------------------------------------------------------------

# Held on descriptor 9 until this process ends; programs that we start get it closed, or a daemon would inherit it.
take_lock() {
  exec 9>>"$lock"
  flock -w "$1" 9
}

# Fails when a transaction holds it. Others may share it, and a transaction waits until nobody does. Until `exec 9>&-`.
share_lock() {
  exec 9>>"$lock"
  flock -n -s 9
}

describe_lock() {
  printf '%s\n' "$1" "$2" "$3" >"$lock"
}

# Asks with a shared lock, which take_lock outwaits.
lock_is_held() {
  [ -r "$lock" ] && ! flock -n -s "$lock" true
}

lock_id() {
  sed -n 1p "$lock" 2>/dev/null
}

lock_toplevel() {
  sed -n 2p "$lock"
}

lock_by() {
  sed -n 3p "$lock"
}
