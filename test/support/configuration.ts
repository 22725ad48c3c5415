import type { NixosConfiguration } from '../../lib/nixos-configuration';

/** A configuration that is known without an evaluation. */
export function configuration(name = 'web', more: { [field: string]: unknown } = {}): NixosConfiguration {
  const toplevel = `/nix/store/${'0'.repeat(32)}-nixos-system-${name}`;
  const standIn = {
    toplevel,
    drvPath: `${toplevel}.drv`,
    system: 'x86_64-linux',
    _request() {},
    _problems: () => [],
    _evaluated: () => ({ toplevel, switchable: true, ...more }),
  };
  return standIn as unknown as NixosConfiguration;
}
