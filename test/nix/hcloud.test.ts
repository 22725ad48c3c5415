import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = path.join(__dirname, '..', '..');
const modules = path.join(root, 'nix', 'modules');

/** A NixOS source tree, and the folder of a Nix that is new enough for it. */
const { NIXPKGS: nixpkgs, NIX_226_BIN: bin } = process.env;
const PATH = bin ? `${bin}${path.delimiter}${process.env.PATH}` : process.env.PATH;

/** What the module gives a configuration of real NixOS (hcloud.nix). */
function evaluated(system: string): any {
  const file = path.join(__dirname, 'hcloud.nix');
  const args = ['--eval', '--strict', '--json', file, '--arg', 'distribution', `${nixpkgs}`];
  return JSON.parse(execaSync('nix-instantiate', [...args, '--argstr', 'system', system], { env: { PATH } }).stdout);
}

/** The commands that make the table of partitions, in their order. */
function partitioning(preVM: string): string[] {
  return preVM
    .split('\n')
    .map((line) => line.replace(/\\$/, '').trim())
    .filter((line) => /^(mklabel|mkpart|set [0-9])/.test(line));
}

describe.skipIf(nixpkgs === undefined)(
  `a server of Hetzner Cloud with real NixOS (source tree ${nixpkgs ?? 'of NIXPKGS, which is not set'})`,
  () => {
    let x86: any;
    let arm: any;
    beforeAll(() => {
      x86 = evaluated('x86_64-linux');
      arm = evaluated('aarch64-linux');
    }, 600_000);

    it('an x86 server boots by BIOS and by UEFI, from the same disk', () => {
      const { grub, image, touchesFirmware } = x86;
      expect(grub).toEqual({ enable: true, efiSupport: true, efiInstallAsRemovable: true, devices: ['/dev/sda'] });
      expect(touchesFirmware).toBe(false);
      expect(partitioning(image.preVM)).toEqual([
        'mklabel gpt',
        'mkpart ESP fat32 8MiB $bootSizeMiB',
        'set 1 boot on',
        'mkpart no-fs 0 1024KiB',
        'set 2 bios_grub on',
        'mkpart primary ext4 $bootSizeMiB 100%',
      ]);
    });

    it('an arm server boots by UEFI', () => {
      const { grub, image, kernelParams, touchesFirmware } = arm;
      expect(grub).toEqual({ enable: true, efiSupport: true, efiInstallAsRemovable: true, devices: ['nodev'] });
      expect(touchesFirmware).toBe(false);
      expect(partitioning(image.preVM)).not.toContain('set 2 bios_grub on');
      expect(kernelParams).toEqual(expect.arrayContaining(['console=ttyAMA0', 'console=tty0']));
    });

    it('a server finds its file systems, its disk and its network, and gives a raw image', () => {
      expect(x86.toplevel).toMatch(/^\/nix\/store\/.*\.drv$/);
      expect(x86.image.drvPath).toMatch(/^\/nix\/store\/.*\.drv$/);
      expect(x86.image.file).toMatch(/^nixos-image-hcloud-.*-x86_64-linux\.img$/);
      expect(x86.fileSystems).toEqual({
        '/': { device: '/dev/disk/by-label/nixos', fsType: 'ext4', autoResize: true },
        '/boot': { device: '/dev/disk/by-label/ESP', fsType: 'vfat', autoResize: false },
      });
      expect(x86.growPartition).toBe(true);
      expect(x86.initrd).toEqual(expect.arrayContaining(['virtio_scsi', 'virtio_pci', 'virtio_net', 'sd_mod']));
      expect(x86.unit).toContain('[Match]\nName=en* eth*\n');
      expect(x86.unit).toContain('[Network]\nDHCP=ipv4\nLinkLocalAddressing=yes\n');
      expect(x86.ipv6).toMatchObject({
        wantedBy: ['multi-user.target'],
        FILE: '/run/systemd/network/05-hcloud-public.network',
        script: readFileSync(path.join(modules, 'hcloud', 'ipv6.sh'), 'utf8'),
      });
      expect(x86.ipv6.template).toMatch(/-public\.network$/);
    });
  },
);

/** As Hetzner's metadata service writes it, with a private network. */
const METADATA = `hostname: web
instance-id: 42
network-config:
  config:
  - mac_address: 96:00:01:02:03:04
    name: eth0
    subnets:
    - ipv4: true
      type: dhcp
    - address: 2a01:4f8:1:2::1/64
      gateway: fe80::1
      ipv6: true
      type: static
    type: physical
  version: 1
private-networks:
- ip: 10.0.0.2
  mac_address: 86:00:00:00:00:01
public-ipv4: 203.0.113.7
`;

describe('the IPv6 address of a server', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'hcloud-ipv6-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the script of the unit where the metadata are these. */
  function run(metadata: string) {
    program('curl', `cat <<'END'\n${metadata}END`);
    program('networkctl', `echo "$*" >>${folder}/calls`);
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      FILE: path.join(folder, 'run', 'public.network'),
      TEMPLATE: path.join(modules, 'hcloud', 'public.network'),
    };
    return execaSync('sh', ['-eu', path.join(modules, 'hcloud', 'ipv6.sh')], { env, extendEnv: false });
  }

  function program(name: string, text: string): void {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }

  it('the public interface gets the address and the gateway of the metadata', () => {
    expect(run(METADATA).stdout).toBe('the interface 96:00:01:02:03:04 has the address 2a01:4f8:1:2::1/64');
    const written = readFileSync(path.join(folder, 'run', 'public.network'), 'utf8');
    expect(written).toContain('[Match]\nMACAddress=96:00:01:02:03:04\n');
    expect(written).toContain('Address=2a01:4f8:1:2::1/64\n\n[Route]\nGateway=fe80::1\n');
    expect(written).not.toContain('@MAC@\n');
    expect(readFileSync(path.join(folder, 'calls'), 'utf8')).toBe('reload\n');
  });

  it('a server without an IPv6 address is left as it is', () => {
    const without = METADATA.split('\n').filter((line) => !/address: 2a01|gateway|ipv6|static/.test(line));
    expect(run(without.join('\n')).stdout).toBe('this server has no public IPv6 address');
    expect(existsSync(path.join(folder, 'run'))).toBe(false);
    expect(existsSync(path.join(folder, 'calls'))).toBe(false);
  });
});
