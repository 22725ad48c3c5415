# --- States, failures and the log of a transaction ------------------------------------------------------------------------

# A rollback that could not restore everything stays unsettled, whatever comes after it, until a system is committed.
enter_state() {
  journal_state=$1
  case $1 in
    rollback-failed) journal_unsettled=yes ;;
    committed) journal_unsettled=no ;;
  esac
  printf 'cdktf-nixos: %s\n' "$1${journal_reason:+ ($journal_reason)}"
  record_journal || fail journal-failed "the journal cannot be written (state $1)"
}

# Arguments: the reason's code (docs/activation.md lists them) and its text.
fail() {
  failure_code=$1 failure=$2
  printf 'cdktf-nixos: %s\n' "$2"
  return 1
}

# A log that cannot be opened must not end us: the shell would exit.
write_log() {
  (: >>"$log_directory/$id.log") 2>/dev/null && exec >>"$log_directory/$id.log" 2>&1
  exec </dev/null
}

# The activation limit in the request, which may be that of another transaction that we recover. Another version may have
# accepted a header that we refuse, and an arithmetic error would end the shell in the middle of a rollback.
limit_of_transaction() (
  limit=$(sed -n 's/^activation-seconds=//p' "$request/header" 2>/dev/null | tail -n 1)
  is_seconds "$limit" || limit=300
  printf '%s\n' "$limit"
)
