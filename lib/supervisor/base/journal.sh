# --- The journal: one transaction, and the last one that was committed --------------------------------------------------

# In the file, delivered files are called `values`: that was the only kind at first (ADR 008). Format 1 has fewer fields.
clear_journal() {
  journal_format=none journal_damage='' journal_unknown=''
  journal_id='' journal_state=none journal_goal='' journal_toplevel=''
  journal_previous='' journal_previous_etc='' journal_previous_profile='' journal_previous_generation=none
  journal_generation=none journal_boot_begun=no journal_boot_id=''
  journal_supervisor='' journal_by='' journal_files=none journal_files_before=none journal_files_committed_before=none
  journal_committed='' journal_committed_files=none journal_committed_boot_id='' journal_committed_running=''
  journal_boots=none journal_owner_project='' journal_owner_stack='' journal_owner_workspace=''
  journal_unsettled=no journal_unswitched='' journal_serving_unit='' journal_not_up='' journal_reason='' journal_reason_code=''
}

# Nothing of a damaged journal is used. What it would have shown may still be unrepaired, so the host counts as unsettled
# until the next commit.
read_journal() {
  if read_witness; then return; fi
  clear_journal
  damage=$(damage_of_journal)
  if [ -z "$damage" ] && [ -s "$journal" ]; then
    read_entries
    damage=$(contradiction_in_journal)
  fi
  [ -z "$damage" ] || { clear_journal && journal_damage=$damage journal_unsettled=yes; }
}

read_entries() {
  while IFS= read -r entry; do
    take_entry "${entry%%=*}" "${entry#*=}"
    # Of a newer format nothing else is known.
    if is_newer_journal; then return; fi
  done <"$journal"
}

is_newer_journal() {
  case $journal_format in none | 1 | 2) return 1 ;; *) return 0 ;; esac
}

take_entry() {
  case $1 in
    format) journal_format=$2 ;;
    id) journal_id=$2 ;;
    state) journal_state=$2 ;;
    goal) journal_goal=$2 ;;
    toplevel) journal_toplevel=$2 ;;
    previous) journal_previous=$2 ;;
    previous-etc) journal_previous_etc=$2 ;;
    previous-profile) journal_previous_profile=$2 ;;
    previous-generation) journal_previous_generation=$2 ;;
    generation) journal_generation=$2 ;;
    boot-begun) journal_boot_begun=$2 ;;
    boot-id) journal_boot_id=$2 ;;
    supervisor) journal_supervisor=$2 ;;
    by) journal_by=$2 ;;
    values) journal_files=$2 ;;
    values-before) journal_files_before=$2 ;;
    values-committed-before) journal_files_committed_before=$2 ;;
    unsettled) journal_unsettled=$2 ;;
    unswitched) journal_unswitched=$2 ;;
    reason) journal_reason=$2 ;;
    reason-code) journal_reason_code=$2 ;;
    serving-unit) journal_serving_unit=$2 ;;
    not-up) journal_not_up=$2 ;;
    *) take_entry_of_commit "$1" "$2" ;;
  esac
}

take_entry_of_commit() {
  case $1 in
    committed) journal_committed=$2 ;;
    committed-values) journal_committed_files=$2 ;;
    committed-boot-id) journal_committed_boot_id=$2 ;;
    committed-running) journal_committed_running=$2 ;;
    boots) journal_boots=$2 ;;
    owner-project) journal_owner_project=$2 ;;
    owner-stack) journal_owner_stack=$2 ;;
    owner-workspace) journal_owner_workspace=$2 ;;
    # Written by a newer version, which has to find it again.
    *) journal_unknown=$journal_unknown$1=$2$newline ;;
  esac
}

# The reason comes last, so a journal without it was cut off.
print_journal() {
  printf '%s=%s\n' format 2 id "$journal_id" state "$journal_state" goal "$journal_goal" toplevel "$journal_toplevel" \
    previous "$journal_previous" previous-etc "$journal_previous_etc" previous-profile "$journal_previous_profile" \
    previous-generation "$journal_previous_generation" generation "$journal_generation" \
    boot-begun "$journal_boot_begun" boot-id "$journal_boot_id" supervisor "$journal_supervisor" by "$journal_by" \
    values "$journal_files" values-before "$journal_files_before" \
    values-committed-before "$journal_files_committed_before" &&
    print_commit &&
    printf '%s=%s\n' unsettled "$journal_unsettled" unswitched "$journal_unswitched" \
      serving-unit "$journal_serving_unit" not-up "$journal_not_up" reason-code "$journal_reason_code" &&
    printf '%s' "$journal_unknown" &&
    printf 'reason=%s\n' "$(printf '%s' "$journal_reason" | tr -d '[:cntrl:]' | cut -c -4096)"
}

# What new transactions keep of the last commit.
print_commit() {
  printf '%s=%s\n' committed "$journal_committed" committed-values "$journal_committed_files" \
    committed-boot-id "$journal_committed_boot_id" committed-running "$journal_committed_running" boots "$journal_boots" \
    owner-project "$journal_owner_project" owner-stack "$journal_owner_stack" owner-workspace "$journal_owner_workspace"
}

# Takes what print_commit printed. A here-document may need room in /tmp, so the lines are split by hand.
take_commit() {
  facts=$1$newline
  while [ -n "$facts" ]; do
    fact=${facts%%"$newline"*}
    facts=${facts#*"$newline"}
    take_entry_of_commit "${fact%%=*}" "${fact#*=}"
  done
}

# It must be on the disk before it counts: it is written beside, flushed and renamed, and the rename is flushed, too.
write_journal() {
  print_journal >"$journal.new" && chmod 644 "$journal.new" && sync "$journal.new" &&
    mv -T "$journal.new" "$journal" && sync "$state_directory"
}

# The journal of a new transaction. It keeps the last commit, whether something is unrepaired, and lines of newer versions.
new_journal() {
  set -- "$1" "$(print_commit)" "$journal_unsettled" "$journal_unknown"
  clear_journal
  take_commit "$2"
  journal_id=$1 journal_unsettled=$3 journal_unknown=$4
  journal_boot_id=$(boot_id)
  journal_previous=$(running_system)
  journal_previous_etc=$(etc_of_host)
  journal_previous_profile=$(profile_system)
  journal_previous_generation=$(profile_generation)
  journal_generation=$journal_previous_generation
  journal_files=$files_digest
}

# Whether this transaction changes secrets alone, without a switch.
is_unswitched() {
  [ -n "$journal_unswitched" ] && [ "$journal_unswitched" = "$journal_id" ]
}

is_final() {
  case $1 in
    none | committed | rolled-back | rollback-failed | aborted) return 0 ;;
    *) return 1 ;;
  esac
}

# Whether the transaction in the journal needs this request or root: it may be waiting for its confirmation.
is_of_transaction() {
  ! is_final "$journal_state" || return 1
  case ${1##*/} in
    "$journal_id" | "${journal_toplevel##*/}" | "${journal_previous##*/}") return 0 ;;
    *) return 1 ;;
  esac
}
