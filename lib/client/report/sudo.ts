/** How sudo, or a shell that does not find it, complains, and what to do about it. */
interface Complaint {
  readonly pattern: RegExp;
  readonly fix: string;
}

export const SUDO_MISSING: Complaint = {
  pattern: /\bsudo: (command )?not found/i,
  fix: 'give the host sudo (security.sudo.enable = true), or log in as root',
};

export const SUDO_PASSWORD: Complaint = {
  pattern: /^sudo:/m,
  fix: 'allow the user to run sudo without a password (security.sudo.wheelNeedsPassword = false, or a rule with NOPASSWD), or log in as root',
};
