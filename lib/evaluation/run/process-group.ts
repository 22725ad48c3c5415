import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { EvaluatorOptions } from './evaluator-process';
import type { NixOptions } from '../request/nix-options';
import type { Row, RowNixpkgs } from '../request/row';
import { canonicalJson } from '../../private/canonical-json';

/** What rows must have in common to be evaluated by one process. */
export interface ProcessGroup {
  readonly kind: EvaluatorOptions['kind'];
  readonly nix: NixOptions;
  /** NIX_PATH of the machine is asked for. */
  readonly nixPath: boolean;
  /** The one nixpkgs of files: what `<nixpkgs>` finds. */
  readonly nixpkgs?: RowNixpkgs;
}

export function groupOf(row: Row, nix: NixOptions): ProcessGroup {
  if (row.kind !== 'file') return { kind: 'flakes', nix, nixPath: nix.impure === true };
  const { nixpkgs } = row;
  return { kind: 'files', nix, nixPath: nixpkgs.kind === 'nixPath', nixpkgs };
}

/** Equal for equal groups. */
export function groupKey(group: ProcessGroup): string {
  return canonicalJson(group);
}

/**
 * Variables of a group's processes. Evaluation of files could read the user's ~/.config/nixpkgs, and an inherited
 * NIX_PATH: neither belongs to the configuration. Nix itself keeps its settings and its cache.
 */
export function groupEnvironment(group: ProcessGroup, folder: string): { [name: string]: string } {
  const nixPath = { NIX_PATH: group.nixPath ? (process.env.NIX_PATH ?? '') : '' };
  if (group.kind === 'flakes') return nixPath;
  const home = path.join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const { XDG_CONFIG_HOME, XDG_CACHE_HOME, NIX_USER_CONF_FILES } = process.env;
  return {
    ...nixPath,
    HOME: home,
    NIX_USER_CONF_FILES:
      NIX_USER_CONF_FILES ?? path.join(XDG_CONFIG_HOME ?? path.join(homedir(), '.config'), 'nix/nix.conf'),
    XDG_CACHE_HOME: XDG_CACHE_HOME ?? path.join(homedir(), '.cache'),
  };
}
