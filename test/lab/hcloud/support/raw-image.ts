import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { mustRun } from '../../../../lab/command';

const TAR_AT = 1024 * 1024;
const BOOT_SIGNATURE_AT = 510;

/**
 * A raw disk of a system of the stand-in distribution, as its `system.build.images.raw` lays it out.
 *
 * @param folder for the file and what it is made of
 */
export async function rawImage(folder: string, toplevel: string, bytes = 64 * TAR_AT): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const closure = (await mustRun('nix-store', ['--query', '--requisites', toplevel])).trim().split('\n');
  writeFileSync(path.join(folder, 'toplevel'), `${toplevel}\n`);
  writeFileSync(path.join(folder, 'registration'), await mustRun('nix-store', ['--dump-db', ...closure]));
  const image = path.join(folder, 'nixos.img');
  const disk = openSync(image, 'w');
  writeSync(disk, Buffer.concat([Buffer.from([0x55, 0xaa]), Buffer.from('EFI PART')]), 0, 10, BOOT_SIGNATURE_AT);
  closeSync(disk);
  const tar = path.join(folder, 'tar');
  const paths = closure.map((storePath) => storePath.slice(1));
  await mustRun('tar', ['-c', '-f', tar, '-C', folder, 'toplevel', 'registration', '-C', '/', ...paths]);
  await mustRun('dd', [`if=${tar}`, `of=${image}`, 'bs=1M', 'seek=1', 'conv=notrunc', 'status=none']);
  truncateSync(image, bytes);
  return image;
}
