import { contentHash } from '../../private/content-hash';
import { canonicalJson } from '../../private/canonical-json';

/** One line of work for nix/eval.nix, as request.json holds it: JSON, without absolute paths of the project. */

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
  /** For messages. */
  readonly name: string;
}

interface Extendable {
  readonly modules: readonly RowModule[];
  readonly specialArgs: { readonly [name: string]: unknown };
  readonly want: RowWant;
}

export interface RowWant {
  readonly toplevel: boolean;
  readonly options: readonly (readonly string[])[];
  /** The names of the values that the configuration declares. */
  readonly values: boolean;
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

export type Row = FlakeRow | FileRow | PackageRow | NamesRow;

/** What nix/eval.nix reports of a finished row; which members there are follows from its kind and what it wanted. */
export interface RowResult {
  readonly drv?: string;
  readonly out?: string;
  readonly system?: string;
  readonly switchable?: boolean;
  /** In the order of `want.options`. */
  readonly options?: readonly OptionResult[];
  readonly names?: readonly string[];
  /** Null when the configuration does not import our module. */
  readonly values?: readonly string[] | null;
}

/** An option's value, or why JSON can't carry it, or where its path ends. */
export type OptionResult =
  { readonly value: unknown } | { readonly unsupported: string } | { readonly missing: MissingOption };

export interface MissingOption {
  /** The part of the path that there is. */
  readonly at: readonly string[];
  /** What is there instead of the next name; null when it is no set. */
  readonly names: readonly string[] | null;
}

/** The same for the same work, whoever asked for it and for which of its values: labels and names are for messages only. */
export function rowId(row: Row): string {
  const work = { ...row, name: undefined, want: undefined };
  const modules = 'modules' in row ? row.modules.map((module) => ({ ...module, label: undefined })) : undefined;
  return contentHash(canonicalJson({ ...work, modules }));
}
