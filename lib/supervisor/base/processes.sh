# --- Processes that a switch left ----------------------------------------------------------------------------------------

# Kills what a program left that did not end by itself: also what ignores TERM or made a session of its own.
kill_leftovers() {
  attempts=0
  while list_leftovers && [ "$attempts" -lt 50 ]; do
    while read -r process; do
      kill -KILL "$process" 2>/dev/null
    done <"$run_directory/leftovers"
    sleep 0.1
    attempts=$((attempts + 1))
  done
}

# No pipe and no substitution while we look: their processes would be found.
list_leftovers() {
  {
    processes_of_unit
    processes_of_session
    processes_marked
  } >"$run_directory/processes"
  grep -vx "$$" "$run_directory/processes" >"$run_directory/leftovers"
}

processes_of_unit() {
  while IFS=: read -r _ _ cgroup; do
    case $cgroup in
      */cdktf-nixos-*.service) ;;
      *) continue ;;
    esac
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
      [ -r "$hierarchy$cgroup/cgroup.procs" ] || continue
      while read -r process; do echo "$process"; done <"$hierarchy$cgroup/cgroup.procs"
    done
  done </proc/self/cgroup
}

# The supervisor led a session. Its id names another one only when somebody else got it since.
processes_of_session() {
  leader=${journal_supervisor%% *}
  case $(start_of "$leader") in
    '' | "${journal_supervisor#* }") pgrep -s "$leader" ;;
  esac
}

# By their environment, on hosts where no unit holds them. A switch that has ended may have left daemons: they stay.
processes_marked() {
  case $journal_state in activating | rolling-back) ;; *) return ;; esac
  for process in /proc/[0-9]*; do
    if grep -qszx "CDKTF_NIXOS_TRANSACTION=$journal_id" "$process/environ"; then echo "${process#/proc/}"; fi
  done
}
