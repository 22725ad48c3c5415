/** Public keys made for these tests; nobody has their private halves. */

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A key of the type with these fields after the type's name. */
export function publicKey(type: string, ...fields: Buffer[]): string {
  return `${type} ${Buffer.concat([Buffer.from(type), ...fields].map(field)).toString('base64')}`;
}

/** An Ed25519 key whose bytes are all this one. */
export function ed25519(byte = 1): string {
  return publicKey('ssh-ed25519', Buffer.alloc(32, byte));
}

export const rsa = publicKey('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.alloc(257, 7));
export const ecdsa = publicKey('ecdsa-sha2-nistp256', Buffer.from('nistp256'), Buffer.alloc(65, 4));
