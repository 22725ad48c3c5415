#!/bin/sh
# PID 1 of a lab: all its hosts live in this process' PID and mount namespaces, so the kernel ends them with it, also
# after kill -9. It waits for the end of its input, which the test process holds, and then takes the lab apart.
set -u
lab=${LAB_DIR:?}
cgroup=${LAB_CGROUP:?}

# Held until the end; a later lab takes apart what is left of a lab whose lock is free (sweep.sh).
exec 9>"$lab/lock"
flock 9 || exit 1
echo ready

while read -r _; do :; done

# As PID 1 of a namespace this reaches every process of the lab and none outside.
kill -KILL -1 2>/dev/null
wait
LAB_DIR=$lab LAB_CGROUP=$cgroup sh "$(dirname "$0")/dismantle.sh"
