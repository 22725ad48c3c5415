/** The prefix that runs a command as root, by the word for it. */
const PREFIXES = {
  none: [],
  sudo: ['sudo', '-n'],
  doas: ['doas', '-n'],
  // A service of the host's systemd runs the command. Without a terminal it gets our input and output, and without PATH that
  // of systemd itself, which on NixOS has no head.
  run0: ['run0', '--no-ask-password', '--setenv=PATH'],
  // Reads the password, byte by byte, from the input that then belongs to the command; what was typed before does not count.
  'sudo-with-password': ['sudo', '-S', '-k'],
} satisfies { readonly [name: string]: readonly string[] };

export type EscalationName = keyof typeof PREFIXES;
export const ESCALATION_NAMES = Object.keys(PREFIXES) as readonly EscalationName[];

/** How the login user becomes root on the host; the public class for it is PrivilegeEscalation. */
export interface Escalation {
  readonly name: EscalationName;
  /** It may ask for a password. */
  readonly asksForPassword: boolean;
  /** The command that runs the given one as root. @param prompt the question for the password, where it is asked for */
  wrap(command: readonly string[], prompt?: string): string[];
}

/** The escalation that a job names. */
export function escalationNamed(name: EscalationName): Escalation {
  return {
    name,
    asksForPassword: name === 'sudo-with-password',
    wrap: (command, prompt) => [...PREFIXES[name], ...(prompt === undefined ? [] : ['-p', prompt]), ...command],
  };
}
