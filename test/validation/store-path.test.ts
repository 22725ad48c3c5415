import { expect, it } from 'vitest';
import { derivationPathProblem, storePathProblem } from '../../lib/validation/store-path';

const HASH = '0123456789abcdfghijklmnpqrsvwxyz';
const COPY = 'copy the path as Nix prints it';
const INSIDE = 'give the store path itself: no trailing slash, no path inside it, no ".."';
const STORE = 'only the store /nix/store is supported';

it.each([
  ['/etc/passwd', STORE],
  ['/nix/store/../../etc', INSIDE],
  [`/nix/store/${HASH}-x/bin/sh`, INSIDE],
  [`/nix/store/${HASH}-x/`, INSIDE],
  [`/nix/store/${HASH}-x.drv`, 'give what the derivation builds, not the derivation (.drv)'],
  [`/nix/store/${HASH.replace('0', 'e')}-x`, COPY],
  [`/nix/store/${HASH.replace('0', 'o')}-x`, COPY],
  [`/nix/store/${HASH.replace('0', 't')}-x`, COPY],
  [`/nix/store/${HASH.replace('0', 'u')}-x`, COPY],
  [`/nix/store/${HASH.toUpperCase()}-x`, COPY],
  [`/nix/store/${HASH}-x;id`, COPY],
  [`/nix/store/${HASH}-x\n`, COPY],
  [`/nix/store/${HASH}-${'x'.repeat(212)}`, COPY],
  [`/nix/store/${HASH}-.x`, COPY],
  [`/nix/store/${HASH}-`, COPY],
  [`/gnu/store/${HASH}-x`, STORE],
  ['', STORE],
  [null, 'give the path as a string'],
])('the store path %j is refused', (storePath, fix) => {
  const expected = 'a store path: /nix/store/<32 characters of hash>-<name>';
  expect(storePathProblem(storePath)).toMatchObject({ expected, fix });
});

it.each(['nixos-system-web-25.11', 'a+b?c=d_e', 'x'.repeat(211)])(
  'the store path with the name %s is accepted',
  (name) => {
    expect(storePathProblem(`/nix/store/${HASH}-${name}`)).toBeUndefined();
  },
);

it('the path of a derivation ends in .drv', () => {
  expect(derivationPathProblem(`/nix/store/${HASH}-x.drv`)).toBeUndefined();
  expect(derivationPathProblem(`/nix/store/${HASH}-x`)).toEqual({
    given: `"/nix/store/${HASH}-x"`,
    expected: 'the store path of a derivation: /nix/store/<32 characters of hash>-<name>.drv',
    fix: 'give what `nix-store --query --deriver` prints for the path, or `drvPath` of the configuration',
  });
});
