import { projectDirectory } from '../../private/paths';
import type { ConfigurationRequest, RequestedModule } from '../request/request';
import { localTree } from './local-tree';

/** The files and folders of this machine that Nix copies as they are; of a work tree of Git it copies what Git tracks. */
export function copiedPlaces({ source, modules }: ConfigurationRequest): string[] {
  const flake = source.kind === 'flake' ? wholeTree(source.flake) : [];
  return [...flake, ...modules.flatMap(placesOf)];
}

function placesOf(module: RequestedModule): string[] {
  if (module.kind === 'file') return [module.root ?? module.file];
  return module.kind === 'flake' ? wholeTree(module.flake) : [];
}

function wholeTree(flake: string): string[] {
  const tree = localTree(flake, projectDirectory());
  return tree === undefined || tree.git ? [] : [tree.root];
}
