import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import type { JobSecret } from '../../../lib/job/job';
import type { Run } from './run';
import type { Scene } from './scene';
import type { Configuration } from './systems';

const MODULE = path.join(__dirname, '..', '..', '..', 'nix', 'modules', 'secrets.nix');

/** What a system has that declares the secrets. */
export const DECLARED: Configuration = {
  imports: [MODULE],
  'cdktf-nixos': { secrets: { token: {}, otp: {} } },
};

/** Two secrets: `token` is kept, `otp` is in memory only. */
interface Secrets {
  readonly token: string;
  readonly otp: string;
}

export const OLD: Secrets = { token: 'the-old-token', otp: 'the-old-one-time-password' };
export const NEW: Secrets = { token: 'the-new-token', otp: 'the-new-one-time-password' };

/** Deploys a system with secrets, which the client reads from files of the operator. */
export async function deployWith(
  scene: Scene,
  secrets: Secrets,
  more: Partial<JobSecret> = {},
  toplevel = scene.systems.wanted,
): Promise<Run> {
  for (const [name, content] of Object.entries(secrets)) {
    await writeFile(path.join(scene.operator.stack, name), content);
  }
  return scene.operator.deploy({
    ...scene.job(toplevel),
    secrets: { token: { ...secret('token', secrets), ...more }, otp: { ...secret('otp', secrets), storage: 'memory' } },
  });
}

/** The old system with the old secrets, as an ordinary deployment has brought them. */
export async function deployOldSecrets(scene: Scene): Promise<void> {
  const { status, lines } = await (await deployWith(scene, OLD, {}, scene.systems.old)).end();
  expect(status, lines.join('\n')).toBe(0);
}

/** By this text we see that the search finds something. */
const PLANTED = 'a-planted-text';

/** Prints each pattern of the input that is in a file of the host. */
const SEARCH = `
  echo ${PLANTED} >/run/planted && cat >/dev/shm/patterns &&
    grep -rhoasF -f /dev/shm/patterns /etc /home /nix/var /root /run /tmp /var | sort -u
  rm /dev/shm/patterns /run/planted`;

/** What services would read, and nothing of another secret anywhere on the host. */
export async function expectSecrets(scene: Scene, shown: Partial<Secrets>): Promise<void> {
  const read = async (name: string) => (await scene.host.exec(`cat /run/cdktf-nixos-secrets/current/${name}`)).stdout;
  expect({ token: await read('token'), otp: await read('otp') }).toEqual({ token: '', otp: '', ...shown });
  const patterns = [...Object.values(OLD), ...Object.values(NEW), PLANTED];
  const found = (await scene.host.exec(SEARCH, patterns.join('\n'))).stdout.split('\n');
  expect(found.filter(Boolean).sort()).toEqual([...Object.values(shown), PLANTED].sort());
}

function secret(name: keyof Secrets, secrets: Secrets): JobSecret {
  return {
    origin: { kind: 'file', file: name },
    revision: secrets === OLD ? '1' : '2',
    storage: 'kept',
    owner: 'root',
    group: 'root',
    mode: '0400',
    restartUnits: [],
    reloadUnits: [],
  };
}
