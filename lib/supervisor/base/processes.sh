# --- Programs with a limit, and the processes that they leave -----------------------------------------------------------

# When a process started, in ticks since the kernel did; empty when there is none. A process id is used again, the pair is not.
start_of() {
  sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# Prints the processes of root, one a line. Judged by their real user: a program like sudo keeps the files and the
# environment of its caller. There may be more processes than a program takes arguments.
processes_of_root() {
  printf '%s\n' /proc/[0-9]* | awk '{
    status = $0 "/status"
    while ((getline line <status) > 0) {
      split(line, fields)
      if (fields[1] != "Uid:") continue
      if (fields[2] == 0) print substr($0, 7)
      break
    }
    close(status)
  }'
}

# Prints the processes of a session, one a line. Not by pgrep: it reads the command lines of all processes, too, and a user
# can keep his in memory that is never there. Ours are not among them: they begin after the list.
processes_in_session() {
  listed_session=$1
  set -- /proc/[0-9]*
  printf '%s\n' "$@" | awk -v session="$listed_session" '{
    stat = $0 "/stat"
    if ((getline line <stat) > 0) {
      sub(/.*\) /, "", line)
      split(line, fields)
      if (fields[4] == session) print substr($0, 7)
    }
    close(stat)
  }'
}

# Runs a program for at most so many seconds: then TERM, KILL, and KILL for everything that it started. What it prints is
# bounded, too.
bounded() {
  pipe=$run_directory/output-$$
  { rm -f "$pipe" && mkfifo "$pipe"; } || pipe=/dev/null
  limit_output <"$pipe" &
  (umask 022 && CDKTF_NIXOS_TRANSACTION=$journal_id exec timeout -k "$stop_seconds" "$@") </dev/null >"$pipe" 2>&1 9>&- 6>&- 5>&-
  bounded_status=$?
  rm -f "$run_directory/output-$$"
  case $bounded_status in 124 | 137) kill_leftovers ;; esac
  await_output "$!"
  return "$bounded_status"
}

# A check before the switch has no say over a system that was proved, or over a rollback.
unchecked() {
  unchecked_seconds=$1
  shift
  bounded "$unchecked_seconds" env NIXOS_NO_CHECK=1 "$@"
}

# Kills what a program left that did not end by itself: also what ignores TERM or made a session of its own.
kill_leftovers() {
  killed_by=$(($(now) + 10))
  while list_leftovers && [ "$(now)" -lt "$killed_by" ]; do
    while read -r leftover; do
      kill -KILL "$leftover" 2>/dev/null
    done <"$run_directory/leftovers"
    sleep 0.1
  done
}

# No pipe and no subshell while we look, unless it begins after the list: its processes would be found.
list_leftovers() {
  {
    processes_of_unit
    processes_of_session
    processes_marked
  } >"$run_directory/processes"
  # Not us, nor what still logs the program's last lines.
  { echo "$$" && processes_in_session "${!-1}"; } >"$run_directory/spared"
  grep -vxFf "$run_directory/spared" "$run_directory/processes" >"$run_directory/leftovers"
}

processes_of_unit() {
  while IFS=: read -r _ _ cgroup; do
    case $cgroup in
      */cdktf-nixos-*.service) ;;
      *) continue ;;
    esac
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
      [ -r "$hierarchy$cgroup/cgroup.procs" ] || continue
      while read -r member; do echo "$member"; done <"$hierarchy$cgroup/cgroup.procs"
    done
  done </proc/self/cgroup
}

# The supervisor led a session. Its id names another one only when somebody else got it since.
processes_of_session() {
  leader=${journal_supervisor%% *}
  case $(start_of "$leader") in
    '' | "${journal_supervisor#* }") processes_in_session "$leader" ;;
  esac
}

# By their environment, on hosts where no unit holds them. A switch that has ended may have left daemons: they stay.
processes_marked() {
  if has_systemd; then return; fi
  case $journal_state in activating | rolling-back) processes_with "CDKTF_NIXOS_TRANSACTION=$journal_id" ;; esac
}

# The processes of root that have this in their environment. Any user can give it to processes of his own, as many as he
# likes: those have no say.
processes_with() (
  mark=$1
  set --
  for process in $(processes_of_root); do set -- "$@" "/proc/$process/environ"; done
  grep -lszxF -e "$mark" -- "$@" | sed -E 's,/proc/([0-9]+)/.*,\1,'
)

# Runs a function for at most so many seconds, in a shell of its own. It is not waited for after that: a process that waits for
# a disk cannot even be killed.
within() {
  within_end=$run_directory/within-$$
  rm -f "$within_end"
  within_by=$(($(now) + $1))
  shift
  ("$@" && : >"$within_end.new" && mv "$within_end.new" "$within_end") </dev/null 9>&- 6>&- 5>&- &
  until [ -e "$within_end" ] || has_ended "$!"; do
    if [ "$(now)" -ge "$within_by" ]; then kill -KILL "$!" 2>/dev/null && return 1; fi
    sleep 0.05
  done
  [ -e "$within_end" ] && rm -f "$within_end"
}

# A process that nobody has waited for yet is a zombie. Not told by its descriptors: sh closes the input of a process in the
# background for a moment.
has_ended() {
  { read -r ended_stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  case ${ended_stat##*) } in Z*) ;; *) return 1 ;; esac
}
