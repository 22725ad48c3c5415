import type { Labels } from '../../job/hcloud-labels';
import { LABELS, labelSelector, YES } from '../../job/hcloud-labels';

/*
 * The expressions of an uploaded image in Terraform's language. They are made of addresses, of digests and of names of labels:
 * nothing in them needs quoting.
 */

/** The number of an upload, which Terraform's own function draws. 32 digits, as a label may hold. */
const NEW_NUMBER = 'replace(uuid(), "-", "")';

/** The snapshots of an image that are kept. @param images the address of the data source that lists them */
function keptImages(images: string): string {
  return `${images}.images`;
}

/** The number of the upload that made the kept snapshot of this content; a new one if there is none. */
export function uploadNumber(images: string, content: string): string {
  const label = (name: string) => `image.labels["${name}"]`;
  const numbers = `[for image in ${keptImages(images)} : ${label(LABELS.upload)} if ${label(LABELS.content)} == "${content}"]`;
  return `\${try(${numbers}[0], ${NEW_NUMBER})}`;
}

/** The contents that have a snapshot: the current one and the newest others. */
export function contents(images: string, content: string, keepImages: number): string {
  const other = `lookup(image.labels, "${LABELS.content}", "${content}")`;
  const others = `distinct([for image in ${keptImages(images)} : ${other} if ${other} != "${content}"])`;
  const newest = `slice(${others}, 0, min(${keepImages}, length(${others})))`;
  return `\${toset(concat(["${content}"], ${newest}))}`;
}

/** The server that holds the image; 0 when it is not needed any more. @param servers the address of the data source */
export function builder(servers: string): string {
  return `\${try(${servers}.servers[0].id, 0)}`;
}

/** The ids of all snapshots that Terraform has. @param snapshots the address of the resource */
export function snapshotIds(snapshots: string): string {
  return `\${[for snapshot in ${snapshots} : snapshot.id]}`;
}

/** The id of the snapshot of a content. */
export function snapshotId(snapshots: string, content: string): string {
  return `\${${snapshots}["${content}"].id}`;
}

/** Selects the kept snapshots of an image. */
export function keptSelector(labels: Labels): string {
  return labelSelector({ ...labels, [LABELS.kept]: YES });
}
