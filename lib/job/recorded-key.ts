/**
 * A host's public ed25519 key as the label of a cloud: `k`, 44 characters, `k`; and `p` in front while it is pending. A
 * label has at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at each end.
 */
const LABEL = /^([kp])([A-Za-z0-9_-]{44})k$/;

/** The part of `ssh-ed25519 <base64>` that all ed25519 keys have in common. What follows are 33 bytes, 44 characters. */
export const ED25519_HEAD = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA';

export type RecordState = 'pending' | 'confirmed';

export interface RecordedKey {
  readonly state: RecordState;
  /** `ssh-ed25519 AAAA...` */
  readonly publicKey: string;
}

/** The label for a public key, without comment. */
export function recordLabel({ state, publicKey }: RecordedKey): string {
  const text = publicKey.slice(ED25519_HEAD.length).replaceAll('+', '-').replaceAll('/', '_');
  return `${state === 'confirmed' ? 'k' : 'p'}${text}k`;
}

/** The key in a label; undefined for a text that is no record. */
export function recordedKey(label: string): RecordedKey | undefined {
  const [, state, text] = LABEL.exec(label) ?? [];
  if (state === undefined || text === undefined) return undefined;
  const publicKey = ED25519_HEAD + text.replaceAll('-', '+').replaceAll('_', '/');
  return { state: state === 'k' ? 'confirmed' : 'pending', publicKey };
}
