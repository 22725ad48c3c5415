import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

/** Of a private key as PKCS #8 (RFC 8410): 32 bytes follow. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const TYPE = 'ssh-ed25519';
const MAGIC = Buffer.from('openssh-key-v1\0');
const FRAME = /^-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END OPENSSH PRIVATE KEY-----\s*$/;

/** The public half of the key that nix/modules/first-boot.sh makes of a seed: `ssh-ed25519 AAAA...` */
export function bootstrapKey(seed: string): string {
  return publicHalf(createHash('sha256').update(seed).digest());
}

/** The SHA256 fingerprint of a public key, as ssh shows it. */
export function fingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** An ed25519 key with its private half. */
export class Ed25519Key {
  /** The key in a file of OpenSSH's format without a passphrase; undefined for any other text. */
  static parse(text: string): Ed25519Key | undefined {
    const body = FRAME.exec(text.trim())?.[1];
    const bytes = body === undefined ? undefined : Buffer.from(body, 'base64');
    if (bytes === undefined || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
    const [cipher, kdf, , rest] = fields(bytes.subarray(MAGIC.length), 3);
    // The number of keys and the public half come before the private half, which has two numbers in front.
    const [, section] = fields(rest?.subarray(4), 2);
    const [type, , pair] = fields(section?.subarray(8), 3);
    const isPlain = cipher?.toString() === 'none' && kdf?.toString() === 'none' && type?.toString() === TYPE;
    return isPlain && pair?.length === 64 ? new Ed25519Key(pair.subarray(0, 32)) : undefined;
  }

  /** @param secret the 32 bytes of which everything else is made */
  constructor(private readonly secret: Buffer) {}

  get publicKey(): string {
    return publicHalf(this.secret);
  }

  /** The file as sshd reads it. */
  get file(): Buffer {
    const publicBytes = rawPublicHalf(this.secret);
    const pair = Buffer.concat([this.secret, publicBytes]);
    const parts = [Buffer.alloc(8), field(TYPE), field(publicBytes), field(pair), field('')];
    const body = Buffer.concat([...parts, Buffer.from([1, 2, 3, 4, 5])]);
    const head = [MAGIC, field('none'), field('none'), field(''), Buffer.from([0, 0, 0, 1])];
    const base64 = Buffer.concat([...head, field(blobOf(publicBytes)), field(body)]).toString('base64');
    const lines = base64.match(/.{1,70}/g) ?? [];
    return Buffer.from(
      ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    );
  }
}

function publicHalf(secret: Buffer): string {
  return `${TYPE} ${blobOf(rawPublicHalf(secret)).toString('base64')}`;
}

function rawPublicHalf(secret: Buffer): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}

function blobOf(publicBytes: Buffer): Buffer {
  return Buffer.concat([field(TYPE), field(publicBytes)]);
}

function field(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** So many fields, each led by its length, and what follows them; fewer where the bytes end. */
function fields(bytes: Buffer | undefined, count: number): Buffer[] {
  const found: Buffer[] = [];
  let rest = bytes ?? Buffer.alloc(0);
  while (found.length < count && rest.length >= 4) {
    const end = 4 + rest.readUInt32BE(0);
    found.push(rest.subarray(4, end));
    rest = rest.subarray(end);
  }
  return found.length === count ? [...found, rest] : found;
}
