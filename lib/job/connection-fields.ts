import { hostProblem } from '../validation/host';
import { identityFileProblem } from '../validation/identity-file';
import { portProblem } from '../validation/port';
import { secondsProblem } from '../validation/seconds';
import { userProblem } from '../validation/user';
import { choiceProblem } from '../validation/choice';
import { ESCALATION_NAMES, type EscalationName } from './escalation';
import { choiceField, field, literalField, optionalField } from './field';

/** Where an SSH server is. */
export const ENDPOINT_FIELDS = {
  host: field<string>(hostProblem),
};

/** How to log in to an SSH server, the machine itself or a jump host: what `SshOptions` and `JumpHost` have in common. */
export const LOGIN_FIELDS = {
  user: field(userProblem, 'root'),
  port: field(portProblem, 22),
  /** A private key's file; without one the agent is asked. */
  identityFile: optionalField<string>(identityFileProblem),
};

/** How to connect to the machine itself: the rest of `SshOptions`. */
export const CONNECTION_FIELDS = {
  privilegeEscalation: {
    ...choiceField('PrivilegeEscalation', ESCALATION_NAMES, 'none'),
    checkGiven: (choice: unknown) => (asksForPassword(choice) ? undefined : constantProblem(choice)),
  },
  connectTimeoutSeconds: literalField(secondsProblem, 10),
  /** How long a host that does not answer yet is waited for. */
  bootTimeoutSeconds: literalField(secondsProblem, 120),
};

/** It is made by a function, with a password, and no constant of its class. */
function asksForPassword(choice: unknown): boolean {
  const { name, _password } = (choice ?? {}) as { readonly name?: unknown; readonly _password?: unknown };
  return name === ('sudo-with-password' satisfies EscalationName) && _password !== undefined;
}

function constantProblem(choice: unknown) {
  return choiceProblem(choice, 'PrivilegeEscalation', ['none', 'sudo', 'doas', 'run0'] satisfies EscalationName[]);
}
