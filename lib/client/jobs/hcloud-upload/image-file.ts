import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { uploadError } from './explained';

/** An image on this machine. */
export interface ImageFile {
  readonly file: string;
  readonly bytes: number;
}

/** Where the signature of a boot sector is, and what it is: in a raw image of any kind of disk. */
const SIGNATURE_OFFSET = 510;
const SIGNATURE = Buffer.from([0x55, 0xaa]);

/** The file in the output of an image: the disk as it is, without a container format. @throws DeployError */
export async function imageFile(outPath: string, relative: string): Promise<ImageFile> {
  const file = path.join(outPath, relative);
  const { size, isFile } = await stat(file).then(
    (found) => ({ size: found.size, isFile: found.isFile() }),
    () => ({ size: 0, isFile: false }),
  );
  if (!isFile || size === 0) throw unusable(`${file} is ${isFile ? 'empty' : 'missing'}`);
  if (!(await hasBootSector(file))) throw unusable(`${file} is not a raw image of a disk: it has no boot sector`);
  return { file, bytes: size };
}

async function hasBootSector(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const signature = Buffer.alloc(SIGNATURE.length);
    const { bytesRead } = await handle.read(signature, 0, signature.length, SIGNATURE_OFFSET);
    return bytesRead === signature.length && signature.equals(SIGNATURE);
  } finally {
    await handle.close();
  }
}

function unusable(what: string) {
  return uploadError(
    what,
    'let the image of the configuration be a raw disk (image.format = "raw", not compressed), as the module for Hetzner does',
  );
}
