import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { ProjectFolder } from './project-folder';

/** The derivations that are kept from garbage collection. */
export function rootedDerivations(project: ProjectFolder): string[] {
  const folder = path.join(project.output, 'nixos', 'roots');
  const sets = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const links = sets.flatMap(({ name }) =>
    readdirSync(path.join(folder, name)).map((link) => path.join(folder, name, link)),
  );
  return links.filter((link) => !link.endsWith('.json')).map((link) => readlinkSync(link));
}
