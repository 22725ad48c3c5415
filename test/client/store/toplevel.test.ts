import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Toplevel } from '../../../lib/client/store/toplevel';
import { storeSystem } from '../../../lab/deployer/client';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'toplevel-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(file: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
  writeFileSync(path.join(directory, file), content);
}

/** The first bytes of a program for a machine. */
function elf(machine: number, endianness = 1): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header[5] = endianness;
  header.writeUInt16LE(machine, 18);
  return header;
}

describe('the platform of a system', () => {
  const bootspec = (system: unknown) => JSON.stringify({ 'org.nixos.bootspec.v1': { system } });

  it.each([
    ['its own note', { system: 'aarch64-linux', 'boot.json': bootspec('x86_64-linux') }, 'aarch64-linux'],
    ['its boot specification', { 'boot.json': bootspec('aarch64-linux') }, 'aarch64-linux'],
    ['the program that becomes PID 1', { 'systemd/lib/systemd/systemd': elf(0xb7) }, 'aarch64-linux'],
    ['a shell', { 'boot.json': bootspec(7), 'sw/bin/sh': elf(0x3e) }, 'x86_64-linux'],
  ])('is known by %s', (_what, files, platform) => {
    for (const [file, content] of Object.entries(files)) write(file, content);
    expect(new Toplevel(directory).platform).toBe(platform);
  });

  it.each([
    ['nothing', {}],
    ['a script', { 'sw/bin/sh': '#!/bin/sh\n' }],
    ['a program of a machine that nobody knows', { 'sw/bin/sh': elf(0xfff0) }],
    ['a big-endian program', { 'sw/bin/sh': elf(0xb7, 2) }],
    ['half a boot specification', { 'boot.json': '{' }],
    ['an empty boot specification', { 'boot.json': 'null' }],
  ])('is not known by %s', (_what, files) => {
    for (const [file, content] of Object.entries(files)) write(file, content);
    expect(new Toplevel(directory).platform).toBeUndefined();
  });
});

describe('the switch program of a system', () => {
  it('a system with its switch program in the store is usable', () => {
    expect(new Toplevel(storeSystem('nixos-system-usable')).unusable).toBeUndefined();
  });

  it('a system without a switch program is unusable', () => {
    expect(new Toplevel(directory).unusable).toBe(`${directory}/bin/switch-to-configuration is missing`);
    mkdirSync(path.join(directory, 'bin'));
    symlinkSync('nowhere', path.join(directory, 'bin', 'switch-to-configuration'));
    expect(new Toplevel(directory).unusable).toBe(`${directory}/bin/switch-to-configuration is missing`);
  });

  it('a system whose switch program is outside the store is unusable', () => {
    write('bin/switch-to-configuration', '#!/bin/sh\n');
    chmodSync(path.join(directory, 'bin', 'switch-to-configuration'), 0o755);
    expect(new Toplevel(directory).unusable).toBe(`${directory}/bin/switch-to-configuration leads out of the store`);
  });

  it.each([
    ['a file that nobody can execute', 0o444, '#!/bin/sh\n', 'is not an executable file'],
    ['an empty program', 0o755, '', 'is empty'],
  ])('%s is not', (_what, mode, text, problem) => {
    const system = storeSystem(`nixos-system-${mode}-${text.length}`, { program: text, mode });
    expect(new Toplevel(system).unusable).toBe(`${system}/bin/switch-to-configuration ${problem}`);
  });
});
