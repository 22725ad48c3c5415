import { createHash } from 'node:crypto';
import { ApiError } from '../api/api-error';
import { created, type Route } from '../api/router';
import type { Cloud } from '../cloud/cloud';
import type { SshKey } from '../entities/ssh-key';
import { resourceRoutes } from './routes';

export function sshKeyRoutes({ sshKeys }: Cloud): Route[] {
  return [
    {
      method: 'POST',
      path: '/ssh_keys',
      handle: ({ body }) => {
        const public_key = body.text('public_key').trim();
        const fingerprint = fingerprintOf(public_key);
        if (sshKeys.all().some((key) => key.fingerprint === fingerprint)) {
          throw new ApiError('uniqueness_error', 'SSH key with the same fingerprint already exists');
        }
        const name = sshKeys.claim(body.text('name'));
        return created({ ssh_key: sshKeys.add({ name, labels: body.labels(), public_key, fingerprint }) });
      },
    },
    ...resourceRoutes<SshKey>({
      collection: sshKeys,
      singular: 'ssh_key',
      filters: { fingerprint: (key, values) => values.includes(key.fingerprint) },
    }),
  ];
}

/** @returns MD5, as the API has it */
function fingerprintOf(publicKey: string): string {
  const [type, base64] = publicKey.split(/\s+/);
  const blob = Buffer.from(base64 ?? '', 'base64');
  const named = blob.length > 4 && blob.subarray(4, 4 + blob.readUInt32BE(0)).toString() === type;
  if (!named) throw ApiError.field('public_key', 'SSH key is not valid');
  return createHash('md5')
    .update(blob)
    .digest('hex')
    .replace(/..(?!$)/g, '$&:');
}
