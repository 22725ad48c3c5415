/** How sudo, or a shell that does not find it, complains, and what to do about it. */
const COMPLAINTS: readonly (readonly [complaint: RegExp, cure: string])[] = [
  [
    /^sudo:.*must have a tty/m,
    'sudo of the host wants a terminal, which a deployment has not: let the user do without (Defaults:<user> !requiretty), or log in as root',
  ],
  [
    /\bsudo: (command )?not found|unknown command: sudo/i,
    'give the host sudo (security.sudo.enable = true), or log in as root',
  ],
  [
    /^sudo:/m,
    'allow the user to run sudo without a password (security.sudo.wheelNeedsPassword = false, or a rule with NOPASSWD), or log in as root',
  ],
];

/** What to do about what a host printed; undefined when it is no complaint about sudo. */
export function sudoCure(output: string): string | undefined {
  return COMPLAINTS.find(([complaint]) => complaint.test(output))?.[1];
}
