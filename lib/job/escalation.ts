/** The prefix that runs a command as root, by the word for it. */
const PREFIXES = {
  none: [],
  sudo: ['sudo', '-n'],
} satisfies { readonly [name: string]: readonly string[] };

export type EscalationName = keyof typeof PREFIXES;
export const ESCALATION_NAMES = Object.keys(PREFIXES) as readonly EscalationName[];

/** How the login user becomes root on the host; the public class for it is PrivilegeEscalation. */
export interface Escalation {
  readonly name: EscalationName;
  /** The command that runs the given one as root. */
  wrap(command: readonly string[]): string[];
}

/** The escalation that a job names. */
export function escalationNamed(name: EscalationName): Escalation {
  return { name, wrap: (command) => [...PREFIXES[name], ...command] };
}
