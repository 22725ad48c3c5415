/** How sudo, or a shell that does not find it, complains, and what to do about it. */
const COMPLAINTS: readonly (readonly [complaint: RegExp, cure: string])[] = [
  [
    /^sudo:.*must have a tty/m,
    'sudo of the host requires a terminal, which a deployment does not have: exempt the user (Defaults:<user> !requiretty), or log in as root',
  ],
  [
    /\bsudo: (command )?not found|unknown command: sudo/i,
    'give the host sudo (security.sudo.enable = true), or log in as root',
  ],
  [
    /^sudo: \d+ incorrect password attempt/m,
    'correct the password of PrivilegeEscalation.sudoWithPassword: sudo of the host refuses it, and was asked once',
  ],
  [
    /^sudo:/m,
    'allow the user to run sudo without a password (security.sudo.wheelNeedsPassword = false, or a rule with NOPASSWD), or log in as root',
  ],
];

/** What to do about a complaint of sudo, or about sudo, in what a host printed; undefined without one. */
export function sudoCure(output: string): string | undefined {
  return COMPLAINTS.find(([complaint]) => complaint.test(output))?.[1];
}
