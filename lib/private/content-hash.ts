import { createHash } from 'node:crypto';

/** 32 hexadecimal digits of the SHA-256. */
export function contentHash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
