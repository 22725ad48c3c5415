import path from 'node:path';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosModule } from '../../lib/nixos-module';
import { NixpkgsSource } from '../../lib/nixpkgs-source';

const DISTRIBUTION = path.join(__dirname, '..', 'fixtures', 'distribution');

/** A configuration that needs no evaluation. */
export function configuration(name = 'web'): NixosConfiguration {
  return NixosConfiguration.fromStorePath(`/nix/store/${'0'.repeat(32)}-nixos-system-${name}`);
}

/** A configuration of the stand-in distribution with these options. */
export function evaluatedConfiguration(config: { [option: string]: any }): NixosConfiguration {
  const file = path.join(__dirname, 'empty-configuration.nix');
  const nixpkgs = NixpkgsSource.fromPath(DISTRIBUTION);
  const modules = [NixosModule.fromConfig(config)];
  return NixosConfiguration.fromFile(file, { nixpkgs, system: 'x86_64-linux' }).extend({ modules });
}
