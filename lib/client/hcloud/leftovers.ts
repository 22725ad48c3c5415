import { ABANDONED_HOURS, LABELS, labelSelector, type LabelTest } from '../../job/hcloud-labels';
import type { HcloudApi } from './api';
import type { Labelled } from './objects';

/** What an upload makes besides the kept snapshot. */
export type LeftoverKind = 'server' | 'ssh key' | 'snapshot';

/** A thing that has to be deleted. */
export interface Leftover {
  readonly kind: LeftoverKind;
  readonly object: Labelled;
}

/** The collections in the order in which they are emptied: a snapshot may still be made of a server. */
const COLLECTIONS: readonly (readonly [LeftoverKind, string, LabelTest])[] = [
  ['server', 'servers', { [LABELS.upload]: true }],
  ['ssh key', 'ssh_keys', { [LABELS.upload]: true }],
  ['snapshot', 'images', { [LABELS.kept]: false }],
];

/** What uploads made that has these labels, but for snapshots that are kept. @throws HcloudError */
export async function leftovers(api: HcloudApi, labels: LabelTest): Promise<Leftover[]> {
  const found: Leftover[] = [];
  // Machines have labels of ours, too: only what an upload made is of a state and of an image.
  const made = { [LABELS.image]: true, [LABELS.state]: true };
  for (const [kind, collection, more] of COLLECTIONS) {
    const selector = labelSelector({ ...made, ...labels, ...more });
    const objects = await api.list<Labelled>(collection, { label_selector: selector });
    found.push(...objects.map((object) => ({ kind, object })));
  }
  return found;
}

/** It is older than an upload may last, by Hetzner's clock. */
export function isAbandoned({ object }: Leftover, api: HcloudApi, hours = ABANDONED_HOURS): boolean {
  return api.now - Date.parse(object.created) > hours * 3_600_000;
}

/** Deletes it, if it is still there. @throws HcloudError */
export async function remove(api: HcloudApi, { kind, object }: Leftover): Promise<void> {
  const collection = COLLECTIONS.find(([name]) => name === kind)?.[1];
  await api.delete(`/${collection}/${object.id}`);
}

/** For a line of output. */
export function describe({ kind, object }: Leftover): string {
  return `${kind} ${object.id} of ${object.created}`;
}
