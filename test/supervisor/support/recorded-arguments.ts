import type { LabHost } from '../../../lab';

/** What the supervisor runs besides nix; `systemd-creds` and the rest of systemd, too. */
const PROGRAMS =
  'awk base64 cat chmod chown comm cut date df flock grep head id ln ls mkdir mount mv paste pgrep readlink rm sed setsid sha256sum sleep sort stat sync systemctl systemd-creds systemd-run tail timeout touch tr uname wc';

/**
 * From now on the host writes down the arguments of each program that the supervisor runs: a look into /proc would miss
 * those that end at once.
 */
export async function recordArguments(host: LabHost): Promise<void> {
  await host.read(`mkdir -p /run/recorded
    for program in ${PROGRAMS}; do
      file=$(readlink -f "$(command -v "$program")")
      [ ! -e "/run/recorded/\${file##*/}" ] || continue
      cp "$file" "/run/recorded/\${file##*/}"
      printf '#!/bin/sh\\nprintf "%%s\\\\n" "%s $*" >>/run/recorded/arguments\\nexec /run/recorded/%s "$@"\\n' \\
        "$program" "\${file##*/}" >"/run/recorded/$program.sh"
      chmod 755 "/run/recorded/$program.sh"
    done
    cd /run/recorded
    for program in ${PROGRAMS}; do
      file=$(readlink -f "$(command -v "$program")")
      [ ! -e "$program.sh" ] || ./mount --bind "$program.sh" "$file"
    done`);
}

/** Ends the recording. @returns one line for each program that ran, with its arguments */
export async function recordedArguments(host: LabHost): Promise<string> {
  return host.read(`arguments=$(cat /run/recorded/arguments)
    umount $(sed -n 's|^[^ ]* \\(/usr/bin/[^ ]*\\) .*|\\1|p' /proc/mounts)
    rm -r /run/recorded
    printf '%s\\n' "$arguments"`);
}
