/** What is in a file, by the last part of its name. */
const CONTENTS: { readonly [extension: string]: string } = {
  img: 'raw',
  raw: 'raw',
  qcow2: 'qcow2',
  vhd: 'vhd',
  // The word of qemu, which NixOS used as an extension before 25.05.
  vpc: 'vhd',
  vhdx: 'vhdx',
  vmdk: 'vmdk',
  iso: 'iso',
  tar: 'tar',
  ova: 'tar',
};
const COMPRESSIONS = ['zst', 'xz', 'gz', 'bz2'];

/** A program that starts the image, not an image. */
export const PROGRAM = 'program';
/** A file whose name does not show its format. */
export const UNKNOWN = 'unknown';

/** The format of an image by the name of its file: `raw`, `iso.zst`, `tar.xz`. */
export function imageFormat(fileName: string): string {
  const [last = '', before = ''] = fileName.toLowerCase().split('.').slice(1).reverse();
  const isCompressed = COMPRESSIONS.includes(last);
  const content = CONTENTS[isCompressed ? before : last];
  return [content, ...(isCompressed ? [last] : [])].filter((part) => part !== undefined).join('.') || UNKNOWN;
}
