import { NixosConfiguration } from '../../lib/nixos-configuration';

/** A configuration that needs no evaluation. */
export function configuration(name = 'web'): NixosConfiguration {
  return NixosConfiguration.fromStorePath(`/nix/store/${'0'.repeat(32)}-nixos-system-${name}`);
}

/** A configuration whose evaluation found no bin/switch-to-configuration. */
export function unswitchableConfiguration(): NixosConfiguration {
  const found = configuration();
  return Object.assign(found, { _evaluated: () => ({ toplevel: found.toplevel, switchable: false }) });
}
