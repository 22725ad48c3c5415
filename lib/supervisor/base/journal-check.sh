# --- Whether the journal can be believed ----------------------------------------------------------------------------------

# Prints what is wrong with the journal, or nothing. No more of it is read than we would ever write.
damage_of_journal() {
  [ -e "$journal" ] || [ -L "$journal" ] || return 0
  if [ -L "$journal" ] || [ ! -f "$journal" ]; then echo 'it is not a regular file' && return; fi
  if is_of_newer_version; then return; fi
  [ "$(stat -c %s "$journal")" -le 65536 ] || { echo 'it is larger than 64 KiB' && return; }
  [ -s "$journal" ] || return 0
  [ "$(tail -c 1 "$journal" | wc -l)" = 1 ] || { echo 'its last line is cut off' && return; }
  journal_words | damage_of_lines || echo 'it cannot be read'
}

# Every version begins the journal with its format. The rest of a newer one is not ours to judge, however long or cut off.
is_of_newer_version() {
  head -c 64 "$journal" | { IFS= read -r format_line && matches 'format=([3-9]|[1-9][0-9]+)' "$format_line"; }
}

# Prints what is wrong with the first bad line, or nothing. The input is a list of keys, one a line, each with a pattern for
# its value.
damage_of_lines() {
  awk '
    function complain(text) { if (!damage) damage = text }
    # Half of a journal: with our own lines it must stay below what we read.
    BEGIN { room = 32768 }
    NR == FNR { words[$1] = "^(" substr($0, length($1) + 2) ")$"; next }
    {
      key = value = $0
      sub(/=.*/, "", key)
      sub(/^[^=]*=/, "", value)
      if (/[[:cntrl:]]/ || !/^[a-z][a-z0-9-]*=/) complain("line " FNR " is not a line of a journal")
      else if (FNR == 1 && key != "format") complain("it does not begin with its format")
      else if (!(key in words)) {
        if (++unknown > 64 || length($0) > 1024 || (room -= length($0) + 1) < 0) complain("too much in it is unknown")
      }
      else if (key in seen) complain("it has " key " twice")
      else if (value !~ words[key]) complain("its " key " is not understood")
      seen[key] = 1
    }
    END {
      if (!("id" in seen) || !("state" in seen) || !("reason" in seen)) complain("it is cut off")
      if (damage) print damage
    }' - "$journal" 2>/dev/null
}

# The keys of a journal, each with a pattern for its value: that of the wire, where the wire has the same value.
journal_words() {
  path=$(word store-path) generations="none|$(word id)"
  printf '%s %s\n' format '[12]' id "$(word id)" state "$(journal_states)" goal '[a-z-]{0,32}' toplevel "|$path" \
    previous "|$path" previous-etc '|/.*' previous-profile '|/.*' \
    previous-generation 'none|[0-9]{1,9}' generation 'none|[0-9]{1,9}' \
    boot-begun 'yes|no' boot-id '[0-9A-Za-z.-]{0,80}' supervisor '|[0-9]{1,10} [0-9]{0,20}' by "|$(word by)" \
    values "$(word digest)" values-before "$generations" values-committed-before "$generations" \
    committed "|$path" committed-values "$(word digest)" committed-boot-id '[0-9A-Za-z.-]{0,80}' \
    committed-running "|$path" boots "$(word digest)" \
    owner-project "|$(word owner)" owner-stack "|$(word owner)" owner-workspace "|$(word owner)" \
    unsettled 'yes|no' unswitched "|$(word id)" serving-unit '[^ ]*' not-up '.*' reason-code '[a-z-]{0,32}' reason '.*'
}

journal_states() {
  printf '%s' 'started|activating|waiting|settling|committing|rolling-back|committed|rolled-back|rollback-failed|aborted'
}

# Prints why the transaction in the journal cannot be rolled back, or nothing. One of an earlier boot needs no rollback.
contradiction_in_journal() {
  ! is_final "$journal_state" || return 0
  [ "$journal_boot_id" = "$(boot_id)" ] || return 0
  [ -n "$journal_toplevel" ] || { echo 'it names no system' && return; }
  [ -x "$journal_previous/bin/switch-to-configuration" ] || echo 'its previous system is not on the host'
}

# Nobody may act on a damaged journal, but while a transaction of this boot may not be over, nobody may ignore it either.
# Such a transaction has a request, and somebody who works on it. Nobody would ever end one that was left alone.
is_damaged_within_transaction() {
  [ -n "$journal_damage" ] || return 1
  for other in "$run_directory"/*/header; do
    other=${other%/header}
    [ "$other" = "$(request_directory "$id")" ] || [ ! -e "$other/header" ] || [ -e "$other/refusal" ] ||
      ! transaction_is_alive "${other##*/}" || return 0
  done
  return 1
}

describe_damage() {
  printf '%s\n' "the journal $journal is damaged ($journal_damage), and a transaction of this boot may not be over"
}

# A person may want to look into it. Only the newest three are kept.
put_journal_aside() {
  number=$(printf '%s\n' "$journal".damaged-* | sed -n 's/.*-\([0-9]\{1,9\}\)$/\1/p' | sort -n | tail -n 1)
  number=$((${number:-0} + 1))
  printf 'cdktf-nixos: the journal is damaged (%s); it is kept as %s\n' "$journal_damage" "$journal.damaged-$number"
  mv -T "$journal" "$journal.damaged-$number" || return
  [ "$number" -le 3 ] || rm -rf "$journal.damaged-$((number - 3))"
  sync "$state_directory"
}
