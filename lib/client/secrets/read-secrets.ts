import type { JobSecret } from '../../job/job';
import { InputError } from '../../validation/problem';
import type { SecretContents } from '../host/delivered-files';
import { DeployError } from '../report/deploy-error';
import type { Report } from '../report/report';
import { lastLines } from '../report/text';
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
      throw error instanceof Unreadable ? explained(error, name, request, report) : error;
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

function explained(
  { problem, details }: Unreadable,
  name: string,
  { path, host }: SecretsRequest,
  report: Report,
): DeployError {
  // A program that failed may have printed some of the secret, and repeat it in its complaint.
  if (details.output !== undefined) report.learn(details.output);
  const { what, fix } = new InputError(path, `secrets.${name}.source`, problem);
  const code = details.isMissing === true ? 'program-missing' : 'unreadable-secret';
  return DeployError.of(code, { detail: what, host, fix, log: lastLines(details.stderr ?? '', 10) });
}
