import { expect, it } from 'vitest';
import { Ed25519Key } from '../../lib/client/jobs/first-contact/ed25519';
import { recordedKey, recordLabel } from '../../lib/job/recorded-key';

/** What Hetzner takes as the value of a label, and Kubernetes. */
const LABEL_VALUE = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

const keys = Array.from({ length: 64 }, (_, i) => new Ed25519Key(Buffer.alloc(32, i)).publicKey);

it.each(['pending', 'confirmed'] as const)('a label holds a public key and that it is %s', (state) => {
  const labels = keys.map((publicKey) => recordLabel({ state, publicKey }));
  expect(labels.map(recordedKey)).toEqual(keys.map((publicKey) => ({ state, publicKey })));
  expect(labels.filter((label) => !LABEL_VALUE.test(label))).toEqual([]);
  // Among them are keys with each character that labels and base64 write differently.
  expect(keys.join('')).toMatch(/\+.*\/|\/.*\+/);
});

it('a text that is no record is none', () => {
  const label = recordLabel({ state: 'confirmed', publicKey: keys[0]! });
  const texts = [
    '',
    'k',
    label.slice(1),
    label.slice(0, -1),
    `${label}k`,
    `x${label.slice(1)}`,
    label.replace(/.k$/, '+k'),
  ];
  expect(texts.map(recordedKey)).toEqual(texts.map(() => undefined));
});
