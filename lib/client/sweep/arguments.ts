import { ABANDONED_HOURS } from '../../job/hcloud-labels';

/** What the user asks of the sweep. */
export interface SweepRequest {
  /** @default - all */
  readonly owner?: string;
  readonly olderThanHours: number;
  /** Also the snapshots that are in use. */
  readonly kept: boolean;
  /** Not only list. */
  readonly delete: boolean;
}

export const USAGE = `usage: cdktf-nixos-hcloud-sweep [--delete] [--owner <digest>] [--older-than <hours>] [--kept]

Lists what uploads of images have left in the Hetzner project of HCLOUD_TOKEN: servers, ssh keys, and snapshots
that no Terraform state has.

  --delete              deletes it
  --owner <digest>      only what has this label cdktf-nixos/owner: of one project, stack and workspace
  --older-than <hours>  only what is older; the default is ${ABANDONED_HOURS}, and no upload lasts as long
  --kept                also the snapshots that are in use, of any age; needs --owner. For a state that was lost
`;

/** The request, or the problem with the arguments as text. */
export function parseArguments(argv: readonly string[]): SweepRequest | string {
  const request = {
    owner: undefined as string | undefined,
    olderThanHours: ABANDONED_HOURS,
    kept: false,
    delete: false,
  };
  for (let i = 0; i < argv.length; i++) {
    const option = argv[i];
    if (option === '--delete') request.delete = true;
    else if (option === '--kept') request.kept = true;
    else if (option === '--owner') request.owner = argv[++i] ?? '';
    else if (option === '--older-than') request.olderThanHours = Number(argv[++i] || 'x');
    else return `unknown argument: ${JSON.stringify(option)}`;
  }
  if (request.owner !== undefined && !/^[0-9a-f]{32}$/.test(request.owner)) {
    return `--owner: got ${JSON.stringify(request.owner)}, expected the 32 digits of a label cdktf-nixos/owner`;
  }
  if (!(request.olderThanHours >= 0)) return '--older-than: expected a number of hours, such as 6';
  if (request.kept && request.owner === undefined)
    return '--kept: give --owner, too: it deletes images that are in use';
  return request;
}
