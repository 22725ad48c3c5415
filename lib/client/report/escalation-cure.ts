/** How a program that runs commands as root complains, or a shell that does not find it, and what to do about it. */
const COMPLAINTS: readonly (readonly [complaint: RegExp, cure: string])[] = [
  [
    /^sudo:.*must have a tty/m,
    'sudo of the host requires a terminal, which a deployment does not have: exempt the user (Defaults:<user> !requiretty), or log in as root',
  ],
  [missing('sudo'), 'give the host sudo (security.sudo.enable = true), or log in as root'],
  [
    /^sudo: \d+ incorrect password attempt/m,
    'correct the password of PrivilegeEscalation.sudoWithPassword: sudo of the host refuses it, and was asked once',
  ],
  [
    /^sudo:/m,
    'allow the user to run sudo without a password (security.sudo.wheelNeedsPassword = false, or a rule with NOPASSWD), or log in as root',
  ],
  [
    or(missing('doas'), /^doas: (not installed setuid|doas is not enabled)/m),
    'give the host doas (security.doas.enable = true), or log in as root',
  ],
  [
    /^doas:/m,
    'allow the user to run any command by doas without a password (security.doas.wheelNeedsPassword = false, or a rule "permit nopass"), or log in as root',
  ],
  [missing('run0'), 'give the host run0 (systemd 256 or newer), or log in as root'],
  [
    /^Failed to start transient service unit: (Interactive authentication required|Access denied)/m,
    'let polkit of the host allow the user to run run0 without a password (security.run0.wheelNeedsPassword = false, or a rule for org.freedesktop.systemd1.manage-units), or log in as root',
  ],
];

/** What shells say of a program that is not there. */
function missing(program: string): RegExp {
  return new RegExp(`\\b${program}: (command )?not found|(unknown command|command not found): ${program}`, 'i');
}

function or(one: RegExp, other: RegExp): RegExp {
  return new RegExp(`${one.source}|${other.source}`, 'im');
}

/** What to do about a complaint of sudo, doas or run0, or about one of them, in what a host printed; undefined without one. */
export function escalationCure(output: string): string | undefined {
  return COMPLAINTS.find(([complaint]) => complaint.test(output))?.[1];
}
