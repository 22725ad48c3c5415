#!/bin/sh
# Takes apart what is left of labs whose keeper was killed: their lock is free, their processes are gone.
set -u
labs=${LABS:?}

for lab in "$labs"*; do
  [ -e "$lab/lock" ] || continue
  (
    flock -n 9 || exit 0
    LAB_DIR=$lab LAB_CGROUP=$(basename "$lab") sh "$(dirname "$0")/dismantle.sh"
  ) 9<"$lab/lock"
done
