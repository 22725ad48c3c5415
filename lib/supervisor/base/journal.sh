# --- The journal: one transaction, and the last one that was committed --------------------------------------------------

clear_journal() {
  journal_format=none
  journal_id='' journal_state=none journal_goal='' journal_toplevel='' journal_previous='' journal_previous_etc='' journal_previous_profile=''
  journal_previous_generation=none journal_generation=none journal_boot_begun=no journal_boot_id=''
  journal_supervisor='' journal_by='' journal_values=none journal_values_before=none journal_values_committed_before=none
  journal_committed='' journal_committed_values=none journal_committed_boot_id='' journal_unsettled=no journal_reason=''
}

read_journal() {
  clear_journal
  [ -s "$journal" ] || return 0
  while IFS= read -r line; do
    value=${line#*=}
    case ${line%%=*} in
      format) journal_format=$value ;;
      id) journal_id=$value ;;
      state) journal_state=$value ;;
      goal) journal_goal=$value ;;
      toplevel) journal_toplevel=$value ;;
      previous) journal_previous=$value ;;
      previous-etc) journal_previous_etc=$value ;;
      previous-profile) journal_previous_profile=$value ;;
      previous-generation) journal_previous_generation=$value ;;
      generation) journal_generation=$value ;;
      boot-begun) journal_boot_begun=$value ;;
      boot-id) journal_boot_id=$value ;;
      supervisor) journal_supervisor=$value ;;
      by) journal_by=$value ;;
      values) journal_values=$value ;;
      values-before) journal_values_before=$value ;;
      values-committed-before) journal_values_committed_before=$value ;;
      committed) journal_committed=$value ;;
      committed-values) journal_committed_values=$value ;;
      committed-boot-id) journal_committed_boot_id=$value ;;
      unsettled) journal_unsettled=$value ;;
      reason) journal_reason=$value ;;
    esac
  done <"$journal"
}

print_journal() {
  cat <<JOURNAL
format=1
id=$journal_id
state=$journal_state
goal=$journal_goal
toplevel=$journal_toplevel
previous=$journal_previous
previous-etc=$journal_previous_etc
previous-profile=$journal_previous_profile
previous-generation=$journal_previous_generation
generation=$journal_generation
boot-begun=$journal_boot_begun
boot-id=$journal_boot_id
supervisor=$journal_supervisor
by=$journal_by
values=$journal_values
values-before=$journal_values_before
values-committed-before=$journal_values_committed_before
committed=$journal_committed
committed-values=$journal_committed_values
committed-boot-id=$journal_committed_boot_id
unsettled=$journal_unsettled
reason=$journal_reason
JOURNAL
}

# On disk before it counts: written beside, flushed, renamed, and the rename flushed.
write_journal() {
  print_journal >"$journal.new" && chmod 644 "$journal.new" && sync "$journal.new" &&
    mv "$journal.new" "$journal" && sync "$state_directory"
}

# Something that a way back could not restore stays so, whatever comes after it, until a system is committed.
enter_state() {
  journal_state=$1
  case $1 in
    rollback-failed) journal_unsettled=yes ;;
    committed) journal_unsettled=no ;;
  esac
  printf 'cdktf-nixos: %s\n' "$1${journal_reason:+ ($journal_reason)}"
  write_journal || fail "the journal can't be written (state $1)"
}

is_final() {
  case $1 in
    none | committed | rolled-back | rollback-failed | aborted) return 0 ;;
    *) return 1 ;;
  esac
}

# --- The lock: whoever holds it owns the journal and the system ----------------------------------------------------------

# Held on descriptor 9 until this process ends; programs that we start get it closed, or a daemon would inherit it.
take_lock() {
  exec 9>>"$lock"
  flock -w "$1" 9
}

describe_lock() {
  printf '%s\n' "$1" "$2" "$3" >"$lock"
}

# Asks with a shared lock, which take_lock outwaits.
lock_is_held() {
  [ -r "$lock" ] && ! flock -n -s "$lock" true
}
