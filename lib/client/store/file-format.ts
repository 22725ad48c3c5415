import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PROGRAM } from '../../private/image-format';

/** Bytes that a format has at a place; a negative place counts from the end. */
interface Mark {
  readonly at: number;
  readonly bytes: Buffer;
}

/** One of its marks is enough. The formats before `raw` may look like a disk, too: it comes last. */
const FORMATS: { readonly [format: string]: readonly Mark[] } = {
  iso: [mark(0x8001, 'CD001')],
  qcow2: [mark(0, 'QFI\xfb')],
  // A fixed one has its description at the end only.
  vhd: [mark(0, 'conectix'), mark(-512, 'conectix')],
  vhdx: [mark(0, 'vhdxfile')],
  vmdk: [mark(0, 'KDMV')],
  tar: [mark(257, 'ustar')],
  zst: [mark(0, '\x28\xb5\x2f\xfd')],
  xz: [mark(0, '\xfd7zXZ\0')],
  gz: [mark(0, '\x1f\x8b')],
  bz2: [mark(0, 'BZh')],
  [PROGRAM]: [mark(0, '#!'), mark(0, '\x7fELF')],
  // A boot record, or a partition table for sectors of 512 or of 4096 bytes.
  raw: [mark(510, '\x55\xaa'), mark(512, 'EFI PART'), mark(4096, 'EFI PART')],
};

/** The format that the file has by its bytes; undefined for one that is not recognised. */
export function recognisedFormat(file: string): string | undefined {
  return Object.keys(FORMATS).find((format) => hasFormat(file, format));
}

/** Whether the file begins (or ends) as its format does. Of a compressed file only the outside is known. */
export function hasFormat(file: string, format: string): boolean {
  const outside = format.slice(format.lastIndexOf('.') + 1);
  const marks = FORMATS[outside];
  return marks === undefined || withFile(file, (descriptor) => marks.some((one) => isAt(descriptor, one)));
}

function isAt(descriptor: number, { at, bytes }: Mark): boolean {
  const position = at < 0 ? fstatSync(descriptor).size + at : at;
  if (position < 0) return false;
  const found = Buffer.alloc(bytes.length);
  return readSync(descriptor, found, 0, found.length, position) === bytes.length && found.equals(bytes);
}

function withFile<Result>(file: string, use: (descriptor: number) => Result): Result {
  const descriptor = openSync(file, 'r');
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function mark(at: number, bytes: string): Mark {
  return { at, bytes: Buffer.from(bytes, 'latin1') };
}
