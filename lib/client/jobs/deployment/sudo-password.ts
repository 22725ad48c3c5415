import { escalationNamed } from '../../../job/escalation';
import type { DeploymentJob } from '../../../job/job';
import type { SecretOrigin } from '../../../job/secret-fields';
import type { Password } from '../../host/password-dialog';
import type { Report } from '../../report/report';
import { withoutLineEnd } from '../../secrets/bytes';
import { explainUnreadable } from '../../secrets/explanation';
import { readSecret } from '../../secrets/reader';
import { Unreadable } from '../../secrets/unreadable';

/**
 * The password for sudo, read once, and only when sudo asks for it; undefined for a login that needs none.
 *
 * @param onRead called before it is used
 */
export function sudoPassword(
  job: Pick<DeploymentJob, 'connection' | 'sudoPassword' | 'machine'>,
  environment: NodeJS.ProcessEnv,
  report: Report,
  onRead: (password: Buffer) => void,
): Password | undefined {
  const { connection, sudoPassword: origin, machine } = job;
  if (origin === undefined || !escalationNamed(connection.privilegeEscalation).asksForPassword) return undefined;
  let password: Promise<Buffer> | undefined;
  const read = () =>
    readPassword(origin, environment, report).catch((error: unknown) => {
      const source = { path: machine, field: 'ssh.privilegeEscalation.password', host: 'was not changed' };
      throw error instanceof Unreadable ? explainUnreadable(error, source, report) : error;
    });
  return async () => {
    password ??= read();
    onRead(await password);
    return password;
  };
}

async function readPassword(origin: SecretOrigin, environment: NodeJS.ProcessEnv, report: Report): Promise<Buffer> {
  const password = withoutLineEnd(await readSecret(origin, environment));
  report.learn(password);
  if (!password.includes('\n')) return password;
  const fix = 'give the password alone: sudo reads one line';
  throw new Unreadable({ given: 'more than one line', expected: 'a password', fix });
}
