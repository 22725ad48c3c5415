import { expect, it } from 'vitest';
import { copyMethod, NIX_COPY, STREAM } from '../../../lib/client/copy/copy-method';

it('the environment chooses the copy with nix, and nothing else', () => {
  expect(copyMethod({})).toBe(STREAM);
  expect(copyMethod({ CDKTF_NIXOS_COPY: '' })).toBe(STREAM);
  expect(copyMethod({ CDKTF_NIXOS_COPY: 'nix-copy-closure' })).toBe(NIX_COPY);
  expect(() => copyMethod({ CDKTF_NIXOS_COPY: 'rsync' })).toThrow(
    '[cdktf-nixos] CDKTF_NIXOS_COPY: got "rsync", expected "nix-copy-closure"; unset it for the usual method, one compressed stream',
  );
});
