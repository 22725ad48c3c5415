import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';
import { runFunctions } from '../support/supervisor-functions';

const CHOICES = /^list_boot_choices\(\) \([\s\S]*?^\)$/m.exec(supervisorText())![0];

describe('the digest of what boots', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), 'boots-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  function put(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }

  /** Of a host whose boot files are in the folder. */
  const digest = () =>
    runFunctions(`${CHOICES.replace(/(?<=[\s=])(?=\/(boot|efi|sys)\/)/g, root)}\ndigest_of_boots`).trim();

  it('the digest of a host without boot files is none', () => {
    expect(digest()).toBe('none');
  });

  it.each([
    ['boot/loader/entries', 'conf'],
    ['boot/EFI/Linux', 'efi'],
  ])('the tries of an entry of systemd-boot are no choice, also where they change the order of %s', (folder, type) => {
    put(`${folder}/nixos-generation-7+3.${type}`, 'seven');
    put(`${folder}/nixos-generation-7-other.${type}`, 'other');
    const before = digest();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    const entry = (name: string) => path.join(root, folder, `nixos-generation-${name}.${type}`);
    renameSync(entry('7+3'), entry('7+2-1'));
    expect(digest()).toBe(before);
    renameSync(entry('7+2-1'), entry('7'));
    expect(digest()).toBe(before);
    put(`${folder}/nixos-generation-7.${type}`, 'eight');
    expect(digest()).not.toBe(before);
  });

  it.each(['boot/EFI/Linux', 'efi/EFI/Linux', 'boot/efi/EFI/Linux'])(
    'a kernel image in %s is a choice of systemd-boot',
    (folder) => {
      put('boot/loader/loader.conf', 'timeout 5');
      const before = digest();
      put(`${folder}/other.efi`, 'image');
      expect(digest()).not.toBe(before);
    },
  );

  it('what GRUB boots next or has saved is a choice, and an entry that it has used up is none', () => {
    const environment = (lines: string) => put('boot/grub/grubenv', `# GRUB Environment Block\n${lines}########`);
    put('boot/grub/grub.cfg', 'menu');
    const before = digest();
    environment('next_entry=\nlast_boot=ok\n');
    expect(digest()).toBe(before);
    environment('next_entry=2\n');
    const next = digest();
    environment('saved_entry=2\n');
    expect(new Set([before, next, digest()]).size).toBe(3);
  });
});
