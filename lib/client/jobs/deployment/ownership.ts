import { createHash } from 'node:crypto';
import type { DeploymentJob, Owner } from '../../../job/job';
import { displayPath } from '../job-kind';
import type { HostState } from '../../host/host-state';
import { DeployError } from '../../report/deploy-error';

/** The paths of machines whose hosts may be taken over from another owner, separated by commas, or `all`. */
const TAKE_OVER_VARIABLE = 'CDKTF_NIXOS_TAKE_OVER';
const PARTS = ['project', 'stack', 'workspace'] as const;
/** The host refuses longer words (`owner` in wire.sh). */
const MAX_LENGTH = 256;

/** Compares the owner of a deployment with that of its host. What only one of them knows is not compared. */
export class Ownership {
  private readonly machine: string;
  private readonly owner: Owner;
  private readonly takesOver: boolean;

  constructor({ machine, owner = {} }: DeploymentJob, environment: NodeJS.ProcessEnv) {
    this.machine = displayPath(machine);
    this.owner = owner;
    const named = (environment[TAKE_OVER_VARIABLE] ?? '').split(',').map((name) => name.trim());
    this.takesOver = [machine, this.machine, 'all'].some((name) => named.includes(name));
  }

  /** @throws DeployError for a host of another owner that is not taken over on purpose */
  refuseOther(host: HostState): void {
    if (this.takesOver || !this.isOther(host)) return;
    throw DeployError.of('other-owner', {
      detail: `the host belongs to ${describe(host.owner)}; this deployment is of ${describe(this.owner)}`,
      host: `${host.description}, as before`,
      fix: `let only one of them deploy to it; if it should be this one, apply once with ${TAKE_OVER_VARIABLE}=${this.machine}`,
    });
  }

  /** The host names us as its owner, as far as we know who we are. */
  isRecordedOn(host: HostState): boolean {
    return PARTS.every((part) => this.owner[part] === undefined || encoded(this.owner[part]) === host.owner[part]);
  }

  /** For the header of a verb that commits. */
  get header(): (readonly [key: string, value: string])[] {
    const known = PARTS.filter((part) => this.owner[part] !== undefined);
    const lines = known.map((part) => [`owner-${part}`, encoded(this.owner[part]!)] as const);
    return this.takesOver ? [...lines, ['take-over', 'yes']] : lines;
  }

  private isOther(host: HostState): boolean {
    return PARTS.some((part) => {
      const [ours, theirs] = [this.owner[part], host.owner[part]];
      return ours !== undefined && theirs !== undefined && encoded(ours) !== theirs;
    });
  }
}

function describe(owner: Owner): string {
  return PARTS.map((part) => `${part} ${owner[part] === undefined ? 'unknown' : decoded(owner[part])}`).join(', ');
}

/** Percent-encoded, as in URLs. Of a word that is too long, a digest of the whole tells it from others that begin alike. */
function encoded(text: string): string {
  // Only well-formed Unicode can be encoded.
  const name = Buffer.from(text).toString();
  const word = encodeURIComponent(name).replace(/[!~*'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  if (word.length <= MAX_LENGTH) return word;
  const digest = createHash('sha256').update(word).digest('hex');
  return word.slice(0, MAX_LENGTH - digest.length).replace(/%.?$/, '') + digest;
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word; // it was too long, and cut off
  }
}
