# --- Room on file systems -------------------------------------------------------------------------------------------------

free_kib() {
  df -Pk "$1" | awk 'NR == 2 { print $4 }'
}

# Prints nothing for a file system that does not count inodes.
free_inodes() {
  df -Pi "$1" | awk 'NR == 2 && $2 > 0 { print $4 }'
}

# Where our own files are, or will be.
state_place() {
  for place in "$state_directory" /var/lib /var /; do
    if [ -d "$place" ]; then printf '%s\n' "$place" && return; fi
  done
}

# The journal, the log and a generation of delivered files need it. Without it nobody would learn how a transaction ended.
refuse_full_state() {
  where=$(state_place)
  free=$(free_kib "$where")
  [ "$free" -ge 4096 ] || refuse no-space "/var/lib has $free KiB left, 4096 KiB are needed"
  free=$(free_inodes "$where")
  [ "${free:-64}" -ge 64 ] || refuse no-space "/var/lib has $free inodes left, 64 are needed"
}

# With less, systemd refuses to reload in the middle of a switch.
refuse_full_run() {
  free_in_run=$(free_kib /run)
  [ "$free_in_run" -ge 16384 ] || refuse no-run-space "/run has $free_in_run KiB left, 16384 KiB are needed"
}
