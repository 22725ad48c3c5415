import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { HcloudUploadJob } from '../../../job/hcloud-fields';
import { LABELS, labelSelector, YES } from '../../../job/hcloud-labels';
import type { HcloudApi } from '../../hcloud/api';
import { describe, type Leftover, leftovers, remove } from '../../hcloud/leftovers';
import type { Image, Server } from '../../hcloud/objects';
import { builtFile, Realisation } from '../../kit';
import type { JobContext } from '../job-kind';
import { BuilderServer, builderLabels } from './builder-server';
import { writeDisk } from './disk-writer';
import { uploadError } from './explained';
import { endWithTerraform } from './parent';
import { RescueLogin } from './rescue-login';

/** A snapshot takes one or two minutes. */
const SNAPSHOT_SECONDS = 1800;

/** Leaves a server that is switched off and whose disk is the image, unless the snapshot is there already. */
export async function upload(job: HcloudUploadJob, api: HcloudApi, context: JobContext): Promise<void> {
  endWithTerraform();
  const { report } = context;
  if (await isKept(job, api)) return report.done('nothing-to-do', 'the snapshot is there already');
  if (await resume(job, api, context)) return report.done('committed', 'the image is on the server already');
  await new Realisation(
    { outPath: job.outPath, drvPath: job.drvPath ?? undefined, constructPath: job.path },
    path.join(context.folder, 'roots'),
    report,
  ).run();
  const image = builtFile({ outPath: job.outPath, file: job.file, format: 'raw', bootMode: job.bootMode ?? undefined });
  const builder = new BuilderServer(job, api, report);
  context.atEnd(() => builder.close());
  const login = await RescueLogin.create(context.workspace);
  const address = await builder.start(image.bytes, login.publicKey);
  await login.open(address, (reason) => report.progress('boot', reason));
  await writeDisk(image, login, report);
  await builder.keepWritten();
  report.done('committed', `the image is on the disk of server ${builder.id}`);
}

/** There is a snapshot of this content that Terraform's state has. */
async function isKept({ owner, image, content, state }: HcloudUploadJob, api: HcloudApi): Promise<boolean> {
  const selector = labelSelector({ [LABELS.owner]: owner, [LABELS.image]: image, [LABELS.kept]: YES });
  const kept = await api.list<Image>('images', { label_selector: selector });
  const foreign = kept.find(({ labels }) => labels[LABELS.state] !== state);
  if (foreign !== undefined) throw ofAnotherState(foreign, owner);
  return kept.some(({ labels }) => labels[LABELS.content] === content);
}

function ofAnotherState({ id }: Image, owner: string) {
  return uploadError(
    `snapshot ${id} was made by this image of this project, stack and workspace, but for another Terraform state`,
    `if that state is in use, apply with it, or in another workspace; if it is lost, delete what it had: npx cdktf-nixos-hcloud-sweep --owner ${owner} --kept --delete`,
  );
}

/**
 * Deletes what earlier uploads of this state left behind, but for a server that has the whole image, which becomes that of
 * this upload. Returns whether there is one.
 */
async function resume(job: HcloudUploadJob, api: HcloudApi, { report }: JobContext): Promise<boolean> {
  const found = await leftovers(api, { [LABELS.state]: job.state });
  const written = found.find((leftover) => isWritten(leftover, job));
  // Terraform may have the snapshots: it deletes them itself, and the finish those that it does not know.
  for (const leftover of found.filter(({ kind }) => kind !== 'snapshot')) {
    if (leftover === written) continue;
    report.relay('resume', `deleting ${describe(leftover)} of an upload that did not end`);
    await remove(api, leftover);
  }
  if (written === undefined) return false;
  const labels = { ...builderLabels(job), [LABELS.written]: YES };
  await api.put(`/servers/${written.object.id}`, { labels });
  await untilUnlocked(api, written.object.id);
  return true;
}

/** Terraform may have been killed while the snapshot was made, which goes on. Its provider does not wait for that. */
async function untilUnlocked(api: HcloudApi, id: number): Promise<void> {
  const deadline = Date.now() + SNAPSHOT_SECONDS * 1000;
  while ((await api.get<{ readonly server: Server }>(`/servers/${id}`)).server.locked) {
    if (Date.now() > deadline) throw stillLocked(id);
    await pause(2000);
  }
}

function stillLocked(id: number) {
  const what = `server ${id}, which has the image, is still locked after ${SNAPSHOT_SECONDS} s`;
  return uploadError(what, 'look at its actions in the Hetzner Console, then apply again');
}

function isWritten({ kind, object: { labels } }: Leftover, { content }: HcloudUploadJob): boolean {
  return kind === 'server' && labels[LABELS.content] === content && LABELS.written in labels;
}
