import type { JobSecret } from '../../job/job';
import type { SecretContents } from '../host/delivered-files';
import type { Report } from '../report/report';
import { explainUnreadable } from './explanation';
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
 * Reads all secrets. The report learns each one as soon as it is read. The programs of the user run one after another: two
 * that ask for the same key or the same touch would disturb each other.
 *
 * @throws DeployError for the first that cannot be read
 */
export async function readSecrets(request: SecretsRequest, report: Report): Promise<SecretContents> {
  const all = Object.entries(request.secrets);
  const contents = new Map<string, Buffer>();
  const read = async ([name, { origin, storage }]: [string, JobSecret]): Promise<void> => {
    try {
      const content = await readSecret(origin, request.environment);
      report.learn(content);
      if (storage === 'kept') refuseUnsealable(content);
      contents.set(name, content);
    } catch (error) {
      throw error instanceof Unreadable ? explainUnreadable(error, sourceOf(name, request), report) : error;
    }
  };
  const others = all.filter(([, { origin }]) => !isProgram(origin));
  await Promise.all(others.map(read));
  for (const secret of all.filter(([, { origin }]) => isProgram(origin))) await read(secret);
  return contents;
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
