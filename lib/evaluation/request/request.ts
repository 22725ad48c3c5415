import type { NixOptions } from './nix-options';

/** Requests of evaluation, as the public values describe them. Nothing in them is resolved yet. */

/** Where the `nixpkgs` of a configuration file comes from. */
export type RequestedNixpkgs =
  | { readonly kind: 'nixPath' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'flake'; readonly flake: string }
  | { readonly kind: 'tarball'; readonly url: string; readonly sha256: string };

/** A module that extends a configuration. */
export type RequestedModule =
  | { readonly kind: 'config'; readonly config: unknown; readonly priority?: number }
  | { readonly kind: 'file'; readonly file: string; readonly root?: string }
  | { readonly kind: 'inFlake'; readonly path: string }
  | { readonly kind: 'flake'; readonly flake: string; readonly attribute: readonly string[] };

interface CommonRequest {
  /** As the user wrote it, for messages: `.#web`. */
  readonly name: string;
  /** Requests with different ones are evaluated by different processes. */
  readonly nix: NixOptions;
}

interface FlakeRequest {
  readonly kind: 'flake';
  readonly flake: string;
  readonly attribute: readonly string[];
}

export interface FileRequest {
  readonly kind: 'file';
  readonly file: string;
  /** Like the platform, missing only in programs that no compiler checked. */
  readonly nixpkgs?: RequestedNixpkgs;
  readonly system?: string;
}

export interface ConfigurationRequest extends CommonRequest {
  readonly kind: 'configuration';
  readonly source: FlakeRequest | FileRequest;
  readonly modules: readonly RequestedModule[];
  readonly specialArgs: { readonly [name: string]: unknown };
}

/** Any derivation of a flake. */
export interface PackageRequest extends CommonRequest {
  readonly kind: 'package';
  readonly source: FlakeRequest;
}

/** The names of a flake's `nixosConfigurations`. */
export interface NamesRequest extends CommonRequest {
  readonly kind: 'names';
  readonly source: Pick<FlakeRequest, 'kind' | 'flake'>;
}

/** The same object is the same request; equal requests share a row. */
export type EvaluationRequest = ConfigurationRequest | PackageRequest | NamesRequest;
