import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { NIX_OUTPUT } from '../../private/nix-output';
import type { LocalTree } from './local-tree';
import type { StagedModule } from './staged-module';

/** A file or folder of the user that Nix knows by another name. */
export interface Copy {
  /** Nix's path of it; a regular expression. */
  readonly pattern: string;
  /** The file or folder that the user has. */
  readonly original: string;
}

/** Gives the user's files their own names in texts of Nix, which name their copies in the store. */
export class StoreCopies {
  /**
   * @param project the folder of the user's commands; files are named relative to it
   * @param copies in order of precedence
   */
  constructor(
    private readonly project: string,
    private readonly copies: readonly Copy[],
  ) {}

  /** A text of Nix with the user's paths in place of Nix's. */
  withUserPaths(text: string): string {
    const inPlace = { pattern: escapeRegExp(this.project), original: this.project };
    return [...this.copies, inPlace].reduce((replaced, copy) => this.replaced(replaced, copy), text);
  }

  private replaced(text: string, { pattern, original }: Copy): string {
    const relative = path.relative(this.project, original);
    const whole = new RegExp(`(?<![\\w./-])${pattern}(/|(?![\\w.-]))`, 'g');
    return text.replace(whole, (_, slash: string) =>
      slash && relative ? `${relative}/` : relative || (slash ? '' : '.'),
    );
  }
}

/** The copy of a tree, by its path in the store. */
export function copyOf(storePath: string, tree: LocalTree): Copy {
  return { pattern: escapeRegExp(storePath), original: tree.root };
}

/** The copies of a tree that a text names, when Nix has not reported yet where it put the tree: they have the same flake.nix. */
export function copiesIn(text: string, tree: LocalTree): Copy[] {
  const stored = [...new Set(text.match(NIX_OUTPUT.storedSource) ?? [])];
  const flake = path.join(tree.flake, 'flake.nix');
  const name = path.relative(tree.root, flake);
  return stored.filter((copy) => isSameFile(path.join(copy, name), flake)).map((copy) => copyOf(copy, tree));
}

/** The copy of a module in a request, which may lie in the store or outside it. */
export function copyOfModule({ place, original }: StagedModule): Copy {
  return { pattern: `/[^\\s'"«»:]*/${escapeRegExp(place)}`, original };
}

function isSameFile(copy: string, original: string): boolean {
  return existsSync(copy) && existsSync(original) && readFileSync(copy).equals(readFileSync(original));
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
