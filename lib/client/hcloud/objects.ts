import type { Labels } from '../../job/hcloud-labels';

/*
 * What we read of Hetzner's objects: https://docs.hetzner.cloud/reference/cloud.
 */

/** What every object has that we make. */
export interface Labelled {
  readonly id: number;
  readonly labels: Labels;
  /** A time in ISO 8601. */
  readonly created: string;
}

export interface Server extends Labelled {
  readonly name: string;
  readonly status: string;
  /** An action works on it. */
  readonly locked: boolean;
  readonly public_net: { readonly ipv4: { readonly ip: string } | null };
}

export interface SshKey extends Labelled {
  readonly name: string;
}

export interface Image extends Labelled {
  readonly status: string;
  readonly architecture: string;
}

export interface ServerType {
  readonly name: string;
  readonly architecture: string;
  /** In gigabytes. */
  readonly disk: number;
  /** In gigabytes. */
  readonly memory: number;
  readonly deprecation?: object | null;
  /** One for each location that has the type. */
  readonly prices: readonly { readonly location: string; readonly price_hourly: { readonly gross: string } }[];
}

export interface Action {
  readonly id: number;
  readonly command: string;
  readonly status: 'running' | 'success' | 'error';
  readonly error?: { readonly code: string; readonly message: string } | null;
}
