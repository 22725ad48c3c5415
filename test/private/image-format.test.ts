import { expect, it } from 'vitest';
import { imageFormat } from '../../lib/private/image-format';

it.each([
  ['nixos.img', 'raw'],
  ['nixos-image-26.05.raw', 'raw'],
  ['nixos.iso', 'iso'],
  ['nixos.iso.zst', 'iso.zst'],
  ['nixos.img.zst', 'raw.zst'],
  ['nixos.tar.xz', 'tar.xz'],
  ['nixos.raw.tar.gz', 'tar.gz'],
  ['nixos.vpc', 'vhd'],
  ['NIXOS.VHD', 'vhd'],
  ['vzdump.vma.zst', 'zst'],
  ['nixos.ova', 'tar'],
  ['nixos.box', 'unknown'],
  ['nixos', 'unknown'],
  ['', 'unknown'],
])('the format of %s is %s', (file, format) => {
  expect(imageFormat(file)).toBe(format);
});
