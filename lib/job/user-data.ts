/** Leads the line of user data that has the seed: a comment in cloud-config, in scripts and in Nix (nix/modules/first-boot.sh). */
const MARK = '# cdktf-nixos-first-boot 1 ';

/** User data that also has the seed of a host's bootstrap key. @param own what the user gives; may hold tokens */
export function userDataWithSeed(own: string | undefined, seed: string): string {
  return `${own === undefined ? '' : `${own}\n`}${MARK}${seed}\n`;
}
