/** The labels of everything that an upload makes at Hetzner (docs/decisions/013-who-owns-uploaded-images.md). */
export const LABELS = {
  /** Digest of project, stack and workspace. */
  owner: 'cdktf-nixos/owner',
  /** Digest of the construct path. */
  image: 'cdktf-nixos/image',
  /** The hash in the store path of the image. */
  content: 'cdktf-nixos/content',
  /** The Terraform state: the id of the janitor. */
  state: 'cdktf-nixos/state',
  /** The number of the upload: on its server, and on the snapshot that is kept. */
  upload: 'cdktf-nixos/upload',
  /** On a server that is switched off and holds the whole image. */
  written: 'cdktf-nixos/written',
  /** On a snapshot that Terraform's state has. */
  kept: 'cdktf-nixos/kept',
} as const;

/** Of a label that is there or is not. */
export const YES = 'yes';

/** How old a thing without a kept image is before anybody of the same owner may delete it. No upload lasts as long. */
export const ABANDONED_HOURS = 6;

export interface Labels {
  readonly [name: string]: string;
}

/** The value of a label in a selector: a text, or that it is there, or that it is not. */
export type LabelTest = { readonly [name: string]: string | boolean };

/** Selects what passes all tests. */
export function labelSelector(labels: LabelTest): string {
  return Object.entries(labels)
    .map(([name, value]) => (typeof value === 'string' ? `${name}=${value}` : `${value ? '' : '!'}${name}`))
    .join(',');
}
