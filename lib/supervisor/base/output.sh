# --- What programs of a system print ------------------------------------------------------------------------------------

# Prints the first MB of its input, each line at once, and at the end the last MB: an activation that prints without end
# must not fill the disk. It reads to the end, in a session of its own: a daemon that inherited the other end of the pipe
# must not be killed by SIGPIPE when the transaction is over. A line without an end takes memory up to a limit; then only
# the last MB is shown. A line that the first MB cuts is shown whole, if it is not as long as 64 KiB, and what the last MB has
# of a line is not shown: it may be a part of a secret, which nobody would find.
limit_output() {
  # shellcheck disable=SC2016 # expanded by the shell that runs it
  exec setsid sh -c '
    {
      { tee -p /proc/self/fd/3 | (ulimit -v 524288; exec awk "$1" >&4 3>&-); } 3>&1 |
        tail -c +1048576 | tail -c 1048576 | awk "$2"
    } 4>&1' sh '
    BEGIN { left = 1048576 }
    {
      line = $0 "\n"
      printf "%s", substr(line, 1, left + 65536)
      fflush()
      left -= length(line)
      if (left <= 0) exit
    }' '
    NR == 1 { first = $0 }
    NR == 2 { print "cdktf-nixos: the last MB of what it printed:" }
    NR > 1
    END { if (NR == 1 && length(first) > 65536) print "cdktf-nixos: the last MB of what it printed:\n" first }
    ' 9>&- 6>&- 5>&-
}

# Waits for limit_output, whose last lines may still be on their way, but not for a daemon that holds the pipe.
await_output() {
  output_looks=0
  until has_ended "$1" || [ "$output_looks" -ge 5 ]; do
    sleep 0.1
    output_looks=$((output_looks + 1))
  done
}

# The last lines of a file. A line may be very long. What is left of one that is cut is not shown: it may be the end of a
# secret, too short to be found.
last_lines() {
  {
    if [ "$(stat -c %s "$1")" -gt 50000 ]; then
      tail -c 50001 "$1" | sed 1d
    else
      cat "$1"
    fi
  } 2>/dev/null | tail -n 25
}
