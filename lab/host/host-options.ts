/** Debian without an init system, Debian with systemd as PID 1, or systemd in a tree that looks like NixOS. */
export type Shape = 'plain' | 'systemd' | 'nixos';

export interface HostOptions {
  /** Host name. @default - host1, host2, ... */
  readonly name?: string;
  readonly shape: Shape;
  /** Who logs in: root, or an ordinary user (`deployer`) who may use sudo without a password. @default 'root' */
  readonly login?: 'root' | 'sudo';
  /** Everyone's login shell. @default 'sh' */
  readonly shell?: 'sh' | 'fish';
  /** Size of the disk under /nix, in MiB. @default 512 */
  readonly storeMib?: number;
  /** Size of a disk of its own under /var/lib, in MiB; in memory. @default - none: /var/lib is on the disk of / */
  readonly stateMib?: number;
  /** Where the disk is: in memory, which survives a power cut whole, or on an ext4 that loses unsynced data in a power cut. @default 'memory' */
  readonly disk?: 'memory' | 'ext4';
}
