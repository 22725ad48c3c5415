import { display } from '../validation/display';
import { type Problem, REGENERATE } from '../validation/problem';

/** The kind of job that makes the first contact with a server of Hetzner Cloud, and the name of its bundle. */
export const HCLOUD_FIRST_CONTACT = 'hcloud-first-contact';

/** The label of a server that has the public half of the key that it made (recorded-key.ts). */
export const HOST_KEY_LABEL = 'cdktf-nixos/host-key';

/** Where the record is: the member `record` of the job. */
export interface HcloudHostKeyRecord {
  /** The number of the server. */
  readonly server: string;
}

/** The problem with the number of a server, if there is one. */
export function serverNumberProblem(server: unknown): Problem | undefined {
  if (typeof server === 'string' && /^[0-9]{1,18}$/.test(server)) return undefined;
  return { given: display(server), expected: 'the number of a server', fix: REGENERATE };
}
