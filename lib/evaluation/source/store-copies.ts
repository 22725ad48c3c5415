import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalTree } from './local-tree';
import type { StagedModule } from './staged-module';

/** Something of the user's that Nix knows by another name. */
export interface Copy {
  /** What Nix calls it; a regular expression. */
  readonly known: string;
  /** The file or folder that the user has. */
  readonly original: string;
}

const IN_STORE = '/nix/store/[0-9a-z]{32}-source';

/** Names the user's own files in what Nix says of their copies in the store. */
export class OwnFiles {
  /**
   * @param project the folder that the user's commands run in; files are named relative to it
   * @param copies the first that fits counts
   */
  constructor(
    private readonly project: string,
    private readonly copies: readonly Copy[],
  ) {}

  /** A text of Nix with the user's names for the user's files. */
  named(text: string): string {
    const inPlace = { known: escaped(this.project), original: this.project };
    return [...this.copies, inPlace].reduce((known, copy) => this.replaced(known, copy), text);
  }

  private replaced(text: string, { known, original }: Copy): string {
    const relative = path.relative(this.project, original);
    const pattern = new RegExp(`(?<![\\w./-])${known}(/|(?![\\w.-]))`, 'g');
    return text.replace(pattern, (_, slash: string) =>
      slash && relative ? `${relative}/` : relative || (slash ? '' : '.'),
    );
  }
}

/** The copy of a tree, by its path in the store. */
export function copyOf(storePath: string, tree: LocalTree): Copy {
  return { known: escaped(storePath), original: tree.root };
}

/** Copies of a tree in a text that was printed before Nix said where it put the tree: they have the same flake.nix. */
export function copiesIn(text: string, tree: LocalTree): Copy[] {
  const stored = [...new Set(text.match(new RegExp(IN_STORE, 'g')) ?? [])];
  const flake = path.join(tree.flake, 'flake.nix');
  const name = path.relative(tree.root, flake);
  return stored.filter((copy) => isSameFile(path.join(copy, name), flake)).map((copy) => copyOf(copy, tree));
}

/** The copy of a module in a request, which is in the store or is not. */
export function copyOfModule({ place, original }: StagedModule): Copy {
  return { known: `/[^\\s'"«»:]*/${escaped(place)}`, original };
}

function isSameFile(copy: string, original: string): boolean {
  return existsSync(copy) && existsSync(original) && readFileSync(copy).equals(readFileSync(original));
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
