import { expect } from 'vitest';
import type { LabHost } from '../../../lab';

/** The state that a transaction which was not kept must leave as it was. */
export interface HostShape {
  readonly running: string;
  readonly etc: string;
  readonly profile: string;
  readonly generations: string;
  readonly boots: string;
  readonly values: string;
  readonly sshd: boolean;
}

export async function shapeOf(host: LabHost): Promise<HostShape> {
  return {
    running: await host.running(),
    etc: await host.etc(),
    profile: await host.read('readlink /nix/var/nix/profiles/system || true'),
    generations: await host.read('cd /nix/var/nix/profiles && echo system-*-link'),
    boots: await host.bootDefault(),
    values: await host.read('cd /var/lib/cdktf-nixos/values 2>/dev/null && readlink current committed || true'),
    sshd: await host.unitActive('sshd.service'),
  };
}

/** Nothing of a transaction is left: no root, no request, no lock, no process. */
export async function expectNoLeftovers(host: LabHost): Promise<void> {
  expect(await host.read('ls /nix/var/nix/gcroots/cdktf-nixos')).toBe('');
  expect(await host.read('ls /run/cdktf-nixos')).not.toMatch(/^[0-9a-f]{32}$/m);
  expect((await host.exec('flock -n /run/cdktf-nixos/lock true')).exitCode).toBe(0);
  expect(await host.processes('supervisor/[0-9a-f]*.sh|stubborn|switch-to-configuration')).toEqual([]);
}
