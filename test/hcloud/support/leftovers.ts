import type { HcloudDouble } from '../../../lab/hcloud';

/** What the double has made and nobody has ended, one word each: `images kept`, `servers`. Primary addresses go with servers. */
export function left(double: HcloudDouble): string[] {
  return double.left
    .map(({ type, labels }) => (labels['cdktf-nixos/kept'] === undefined ? type : `${type} kept`))
    .sort();
}

/** How many servers were ever made: one for each upload. */
export function uploads(double: HcloudDouble): number {
  return double.everMade.filter(({ type }) => type === 'servers').length;
}
