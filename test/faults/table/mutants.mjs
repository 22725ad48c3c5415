/** @typedef {{ file: string, from: string, to: string }} Replacement */
/** @typedef {{ safety: string, shape?: 'systemd', replacements: Replacement[], tests: string[] }} Mutant */

/** @param {string} from @param {string} to @returns {Replacement} */
const inSupervisor = (from, to) => ({ file: 'supervisor.sh', from, to });
/** @param {string} from @param {string} to @returns {Replacement} */
const inClient = (from, to) => ({ file: 'client.cjs', from, to });

const NEW_LOGIN = inClient('["-o", "ControlMaster=no", "-o", "ControlPath=none"]', '[]');
const NEW_CONNECTION = inSupervisor('connection_is_new || refuse', 'true || refuse');

/** Tests are named by their fault; they run on a plain host, the quickest, unless they need systemd. @type {Mutant[]} */
export const MUTANTS = [
  {
    safety: 'lock',
    replacements: [inSupervisor('  flock -w "$1" 9\n', '  true\n')],
    tests: ['a second deployment, of another system, in the middle of the first'],
  },
  {
    safety: 'nonce',
    replacements: [inSupervisor('[ -n "$1" ] && [ "$1" = "$(cat "$request/nonce")" ]', '[ -n "$1" ]')],
    tests: ['a confirmation with another nonce'],
  },
  {
    safety: 'damaged journal',
    replacements: [inSupervisor('  damage=$(damage_of_journal)\n', "  damage=''\n")],
    tests: ['a journal with line ends of Windows'],
  },
  {
    safety: 'owner',
    replacements: [
      inClient('if (this.takesOver || !this.isOther(host)) return', 'return'),
      inSupervisor('is_of_other_owner() {\n', 'is_of_other_owner() {\n  return 1\n'),
    ],
    tests: ['a deployment of another project'],
  },
  {
    safety: 'new-connection proof, the client',
    replacements: [NEW_LOGIN],
    tests: ['a check before the switch that fails only on its third call'],
  },
  {
    safety: 'new-connection proof, the host',
    replacements: [NEW_CONNECTION],
    tests: ['a confirmation over the connection that started the transaction'],
  },
  {
    safety: 'new-connection proof, both',
    replacements: [NEW_LOGIN, NEW_CONNECTION],
    tests: ['a system without the login key', 'a firewall that drops new connections only'],
  },
  {
    safety: 'exact-previous rollback',
    replacements: [
      inSupervisor(
        '"$journal_previous/bin/switch-to-configuration" test',
        '"$(profile_system)/bin/switch-to-configuration" test',
      ),
    ],
    tests: ["a failure on a host that runs another system than its profile's"],
  },
  {
    safety: 'sync',
    replacements: [inSupervisor('  sync -f /nix/store /nix/var/nix/db\n', '  true\n')],
    tests: ['a power cut after the copy, before anything was switched'],
  },
  {
    safety: 'verify',
    replacements: [inSupervisor('for_paths "$1" nix-store --verify-path 2>/dev/null && return', 'return 0')],
    tests: ['a path that an earlier power cut had emptied'],
  },
  {
    safety: 'deadline of the activation',
    replacements: [inSupervisor('exec timeout -k "$stop_seconds" "$@"', 'shift; exec "$@"')],
    tests: ['an activation that hangs'],
  },
  {
    safety: 'deadline of the confirmation',
    replacements: [inSupervisor('[ "$(now)" -lt "$confirmed_by" ]', 'true')],
    tests: ['a system without the login key'],
  },
  {
    safety: 'unit that outlives emergency mode',
    shape: 'systemd',
    replacements: [inSupervisor('--property=DefaultDependencies=no', '--property=DefaultDependencies=yes')],
    tests: ['a mount that fails, which puts the host into emergency mode'],
  },
  {
    safety: 'unit that outlives isolate',
    shape: 'systemd',
    replacements: [inSupervisor('--property=IgnoreOnIsolate=yes', '--property=IgnoreOnIsolate=no')],
    tests: ['an isolated multi-user.target while the host waits'],
  },
  {
    safety: 'bus for the rollback',
    shape: 'systemd',
    replacements: [inSupervisor('  start_bus\n', '  true\n')],
    tests: ['a mount that fails, which puts the host into emergency mode'],
  },
  {
    safety: 'judgement of a rollback by what a login needs',
    shape: 'systemd',
    replacements: [inSupervisor('  essentials_are_up\n', '  true\n')],
    tests: ['an sshd that is masked until the next restart'],
  },
  {
    safety: 'unit that serves the login',
    shape: 'systemd',
    replacements: [inSupervisor('    printf \'%s\\n\' "$journal_serving_unit"\n', '')],
    tests: ['an sshd that is masked until the next restart'],
  },
  {
    safety: 'units of logins are not judged',
    shape: 'systemd',
    replacements: [inSupervisor('(sshd|user|user-runtime-dir|systemd-coredump|autovt)@.*|', '')],
    tests: ["a local user's manager of services that is killed while the host waits"],
  },
  {
    safety: 'lock for switching that is for root',
    replacements: [inSupervisor('    ! root_has_open "$switch_lock" || return\n', '    return 1\n')],
    tests: ["a local user who holds NixOS's lock for switching"],
  },
  {
    safety: 'second proof',
    replacements: [inSupervisor('[ "$settle_seconds" = 0 ] || settle', 'true')],
    tests: ['a network that dies some seconds after the switch'],
  },
  {
    safety: 'way back of secrets',
    replacements: [
      inSupervisor(
        '    replace_link "$1" "$open_directory/current"\n',
        '    replace_link "$id" "$open_directory/current"\n',
      ),
    ],
    tests: ['a supervisor killed while new secrets are shown'],
  },
  {
    safety: 'secrets that arrived by half go',
    replacements: [inSupervisor('  trap : PIPE\n', '')],
    tests: ['a client killed while secrets arrive'],
  },
  {
    safety: 'way back that waits for no disk',
    shape: 'systemd',
    replacements: [inSupervisor('within 10 write_journal_somehow &&', 'write_journal_somehow &&')],
    tests: ['a disk of /var/lib that answers no more while the host waits'],
  },
];
