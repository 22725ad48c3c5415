import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';

/** What firmware finds on a disk: a distribution of the cloud, an image of the stand-in distribution, or nothing. */
export type DiskContent = { readonly stock: string } | 'image' | 'nothing';

const STOCK = 'a distribution of the cloud: ';
const BOOT_SIGNATURE = Buffer.from([0x55, 0xaa]);
const BOOT_SIGNATURE_AT = 510;
const PARTITION_TABLE = 'EFI PART';

/** Writes what stands for a distribution of the cloud. */
export function writeStock(file: string, name: string): void {
  writeFileSync(file, `${STOCK}${name}\n`);
}

export function diskContent(file: string): DiskContent {
  const start = Buffer.alloc(BOOT_SIGNATURE_AT + BOOT_SIGNATURE.length + PARTITION_TABLE.length);
  const disk = openSync(file, 'r');
  readSync(disk, start, 0, start.length, 0);
  closeSync(disk);
  const text = start.toString('latin1');
  if (text.startsWith(STOCK)) return { stock: text.slice(STOCK.length, text.indexOf('\n')) };
  const hasSignature = start.subarray(BOOT_SIGNATURE_AT).subarray(0, 2).equals(BOOT_SIGNATURE);
  return hasSignature && text.endsWith(PARTITION_TABLE) ? 'image' : 'nothing';
}
