import { contentHash } from '../../private/content-hash';
import { canonicalJson } from '../../private/canonical-json';

/** One piece of work for nix/eval.nix, as request.json holds it: plain data, without absolute paths of the project. */

export type RowModule =
  | { readonly kind: 'config'; readonly label: string; readonly config: unknown; readonly priority?: number }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'inFlake'; readonly source: string; readonly path: string }
  | { readonly kind: 'flake'; readonly source: string; readonly attribute: readonly string[] };

export type RowNixpkgs =
  | { readonly kind: 'nixPath' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'tarball'; readonly url: string; readonly sha256: string };

interface Named {
  /** As the user wrote it, for messages. */
  readonly name: string;
}

interface Extendable {
  readonly modules: readonly RowModule[];
  readonly specialArgs: { readonly [name: string]: unknown };
}

interface FlakeRow extends Named, Extendable {
  readonly kind: 'flake';
  readonly source: string;
  readonly attribute: readonly string[];
}

export interface FileRow extends Named, Extendable {
  readonly kind: 'file';
  readonly file: string;
  readonly nixpkgs: RowNixpkgs;
  readonly system: string;
}

interface PackageRow extends Named {
  readonly kind: 'package';
  readonly source: string;
  readonly attribute: readonly string[];
}

interface NamesRow extends Named {
  readonly kind: 'names';
  readonly source: string;
}

/** What is evaluated; request.json adds the wants. */
export type Row = FlakeRow | FileRow | PackageRow | NamesRow;

/** Equal for the same work, whoever wants what of it: labels and names are for messages only. */
export function rowId(row: Row): string {
  const work = { ...row, name: undefined };
  const modules = 'modules' in row ? row.modules.map((module) => ({ ...module, label: undefined })) : undefined;
  return contentHash(canonicalJson({ ...work, modules }));
}
