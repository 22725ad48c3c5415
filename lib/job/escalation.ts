/** What sudo prints when it asks for the password. Another program's text does not begin like this. */
export const PASSWORD_PROMPT = 'cdktf-nixos-password:';

/** The prefix that runs a command as root, by the word for it. */
const PREFIXES = {
  none: [],
  sudo: ['sudo', '-n'],
  // Reads the password, byte by byte, from the input that then belongs to the command; what was typed before does not count.
  'sudo-with-password': ['sudo', '-S', '-k', '-p', PASSWORD_PROMPT],
} satisfies { readonly [name: string]: readonly string[] };

export type EscalationName = keyof typeof PREFIXES;
export const ESCALATION_NAMES = Object.keys(PREFIXES) as readonly EscalationName[];

/** How the login user becomes root on the host; the public class for it is PrivilegeEscalation. */
export interface Escalation {
  readonly name: EscalationName;
  /** It may ask for a password by {@link PASSWORD_PROMPT}. */
  readonly asksForPassword: boolean;
  /** The command that runs the given one as root. */
  wrap(command: readonly string[]): string[];
}

/** The escalation that a job names. */
export function escalationNamed(name: EscalationName): Escalation {
  return { name, asksForPassword: name === 'sudo-with-password', wrap: (command) => [...PREFIXES[name], ...command] };
}
