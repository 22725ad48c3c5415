import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtFile, builtFileAsNamed, type ExpectedFile } from '../../../lib/client/store/built-file';
import { imageFormat } from '../../../lib/private/image-format';
import { refusal } from '../../support/refusal';

let outPath: string;
beforeEach(() => {
  outPath = mkdtempSync(path.join(tmpdir(), 'built-file-'));
});
afterEach(() => rmSync(outPath, { recursive: true }));

function write(file: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(outPath, file)), { recursive: true });
  writeFileSync(path.join(outPath, file), content);
}

/** A file of 64 KiB with bytes at a place. */
function marked(at: number, bytes: string): Buffer {
  const content = Buffer.alloc(65_536);
  content.write(bytes, at < 0 ? content.length + at : at, 'latin1');
  return content;
}

function expected(file: string, more: Partial<ExpectedFile> = {}): ExpectedFile {
  return { outPath, file, format: imageFormat(file), ...more };
}

const RAW = marked(510, '\x55\xaa');
const QCOW2 = marked(0, 'QFI\xfb');

describe('the format of a built image', () => {
  it.each([
    ['nixos.iso', 'a CD', marked(0x8001, 'CD001')],
    ['nixos.img', 'a disk with a boot record', RAW],
    ['nixos.raw', 'a disk with a partition table only', marked(512, 'EFI PART')],
    ['nixos.img', 'a disk with sectors of 4096 bytes', marked(4096, 'EFI PART')],
    ['nixos.qcow2', 'a qcow2', QCOW2],
    ['nixos.vhd', 'a VHD that grows', marked(0, 'conectix')],
    ['nixos.vhd', 'a VHD of a fixed size', marked(-512, 'conectix')],
    ['nixos.vhdx', 'a VHDX', marked(0, 'vhdxfile')],
    ['nixos.vmdk', 'a VMDK', marked(0, 'KDMV')],
    ['nixos.ova', 'an appliance, which is a tar', marked(257, 'ustar')],
    ['nixos.img.zst', 'a compressed disk (zstd)', marked(0, '\x28\xb5\x2f\xfd')],
    ['nixos.tar.xz', 'a compressed tar (xz)', marked(0, '\xfd7zXZ\0')],
    ['nixos.tar.gz', 'a compressed tar (gzip)', marked(0, '\x1f\x8b')],
    ['nixos.qcow2.bz2', 'a compressed qcow2 (bzip2)', marked(0, 'BZh9')],
  ])('%s is accepted as %s', (file, _what, content) => {
    write(file, content);
    expect(builtFile(expected(file))).toEqual({ path: path.join(outPath, file), bytes: 65_536 });
  });

  it.each([
    ['nixos.iso', RAW, 'is not iso: it begins as raw does'],
    ['nixos.img', QCOW2, 'is not raw: it begins as qcow2 does'],
    ['nixos.qcow2', RAW, 'is not qcow2: it begins as raw does'],
    ['nixos.vhd', Buffer.from('small'), 'is not vhd: it begins as no known format does'],
    ['nixos.img.zst', RAW, 'is not raw.zst: it begins as raw does'],
    ['nixos.tar.xz', marked(0, '\x1f\x8b'), 'is not tar.xz: it begins as gz does'],
    ['nixos.img', Buffer.alloc(65_536), 'is not raw: it begins as no known format does'],
    ['nixos.img', Buffer.alloc(0), 'is empty'],
    ['nixos.other', Buffer.alloc(0), 'is empty'],
  ])('%s is refused when its content is another one (%#)', (file, content, reason) => {
    write(file, content);
    expect(refusal(() => builtFile(expected(file)))).toBe(`${path.join(outPath, file)} ${reason}`);
  });

  it('a file whose name shows no format is accepted with any content', () => {
    write('nixos.other', 'x');
    expect(builtFile(expected('nixos.other')).bytes).toBe(1);
  });

  it('a folder is no file', () => {
    write('nixos.img/x', 'x');
    expect(refusal(() => builtFile(expected('nixos.img')))).toBe(`${outPath}/nixos.img is not a file`);
  });

  it('a runner is a program that can be executed', () => {
    write('bin/run', '#!/bin/sh\n');
    const runner = expected('bin/run', { format: 'program' });
    expect(refusal(() => builtFile(runner))).toBe(`${outPath}/bin/run is not executable`);
    chmodSync(path.join(outPath, 'bin/run'), 0o755);
    expect(builtFile(runner).bytes).toBe(10);
    write('bin/run', 'no program');
    expect(refusal(() => builtFile(runner))).toContain('is not program');
  });
});

describe('a built image under another name than NixOS says', () => {
  const products = (...lines: string[]) => write('nix-support/hydra-build-products', `${lines.join('\n')}\n`);

  it('the file is the one in the list of products, if the plan does not hold its path', () => {
    write('disk.img', RAW);
    products('report tests /nowhere', `file raw-image ${outPath}/disk.img`);
    expect(builtFile(expected('nixos.raw')).path).toBe(`${outPath}/disk.img`);
  });

  it('the file is the one in image-info.json', () => {
    write('disk.vhd', marked(0, 'conectix'));
    write('nix-support/image-info.json', JSON.stringify({ file: `${outPath}/disk.vhd` }));
    expect(builtFile(expected('disk.vpc')).path).toBe(`${outPath}/disk.vhd`);
  });

  it('of several products the one of the expected format is taken', () => {
    write('boot.img', RAW);
    write('root.qcow2', QCOW2);
    products(`file raw ${outPath}/boot.img`, `file qcow2 ${outPath}/root.qcow2`);
    expect(builtFile(expected('nixos.qcow2')).path).toBe(`${outPath}/root.qcow2`);
  });

  it('a path that the plan holds must be the right one: the message gives the prop', () => {
    write('disk.img', RAW);
    products(`file raw-image "${outPath}/disk.img"`);
    const attempt = () => builtFileAsNamed(expected('nixos.raw'));
    expect(refusal(attempt)).toBe(`${outPath}/nixos.raw is missing; its build made disk.img (nix-support)`);
    expect(attempt).toThrow(expect.objectContaining({ fix: 'give the file to the construct: file: "disk.img"' }));
  });

  it.each([
    ['there is no list', () => undefined],
    ['the list is empty', () => products('')],
    ['the product is missing', () => products(`file raw ${outPath}/gone.img`)],
    ['the product is outside of the output', () => products('file raw /etc/passwd', `file raw ${outPath}/../x`)],
    ['image-info.json is damaged', () => write('nix-support/image-info.json', '{')],
  ])('a missing file is an error when %s', (_when, prepare) => {
    prepare();
    expect(refusal(() => builtFile(expected('nixos.img')))).toBe(
      `${outPath}/nixos.img is missing, and its build names no other file`,
    );
  });

  it('a file that is found under another name is checked as the expected one', () => {
    write('disk.qcow2', QCOW2);
    products(`file qcow2 ${outPath}/disk.qcow2`);
    expect(refusal(() => builtFile(expected('nixos.img')))).toContain('is not raw: it begins as qcow2 does');
  });
});

it('an image that was built for another boot mode than its configuration says is refused', () => {
  write('nixos.img', RAW);
  write('nix-support/image-info.json', JSON.stringify({ boot_mode: 'uefi' }));
  expect(builtFile(expected('nixos.img', { bootMode: 'uefi' })).bytes).toBe(65_536);
  expect(builtFile(expected('nixos.img', { bootMode: 'unknown' })).bytes).toBe(65_536);
  expect(refusal(() => builtFile(expected('nixos.img', { bootMode: 'legacy-bios' })))).toBe(
    `${outPath}/nixos.img was built for the boot mode uefi (nix-support/image-info.json), ` +
      'but its configuration says legacy-bios',
  );
});
