import type { JobSecret } from '../../job/job';
import type { SecretContents } from '../host/delivered-files';
import type { Report } from '../report/report';
import type { DeployError } from '../report/deploy-error';
import { explainUnreadable, together } from './explanation';
import { isProgram, readSecret } from './reader';
import { Unreadable } from './unreadable';

/** The secrets of a deployment, and what a message about them needs. */
export interface SecretsRequest {
  readonly path: string;
  readonly secrets: { readonly [name: string]: JobSecret };
  readonly environment: NodeJS.ProcessEnv;
  /** For `host` of a failure. */
  readonly host: string;
}

/**
 * Reads all secrets. The report learns each one as soon as it is read. The programs of the user run one after another, when
 * everything else was read: two that ask for the same key or the same touch would disturb each other.
 *
 * @throws DeployError for all files and variables that cannot be read, or for the first program
 */
export async function readSecrets(request: SecretsRequest, report: Report): Promise<SecretContents> {
  const all = Object.entries(request.secrets);
  const contents = new Map<string, Buffer>();
  const read = async ([name, { origin, storage }]: [string, JobSecret]): Promise<DeployError | undefined> => {
    try {
      const content = await readSecret(origin, request.environment);
      report.learn(content);
      if (storage === 'kept') refuseUnsealable(content);
      contents.set(name, content);
      return undefined;
    } catch (error) {
      if (error instanceof Unreadable) return explainUnreadable(error, sourceOf(name, request), report);
      throw error;
    }
  };
  const others = all.filter(([, { origin }]) => !isProgram(origin));
  refuse(await Promise.all(others.map(read)));
  for (const secret of all.filter(([, { origin }]) => isProgram(origin))) refuse([await read(secret)]);
  return contents;
}

function refuse(results: readonly (DeployError | undefined)[]): void {
  const [first, ...more] = results.filter((result) => result !== undefined);
  if (first !== undefined) throw together([first, ...more]);
}

/** As much as systemd-creds opens again. */
const MAX_SEALED_BYTES = 768 * 1024;

function refuseUnsealable({ length }: Buffer): void {
  if (length <= MAX_SEALED_BYTES) return;
  throw new Unreadable({
    given: `a secret of ${length} bytes`,
    expected: 'at most 768 KiB, which a host can encrypt and keep',
    fix: 'give a smaller one, or keep it in memory only (SecretStorage.MEMORY)',
  });
}

function sourceOf(name: string, { path, host }: SecretsRequest) {
  return { path, field: `secrets.${name}.source`, host };
}
