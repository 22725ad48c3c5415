#!/usr/bin/env node
import { LABELS, labelSelector, YES } from '../../job/hcloud-labels';
import { hcloudAccess } from '../hcloud/access';
import { HcloudApi } from '../hcloud/api';
import { HcloudError } from '../hcloud/api-error';
import { describe, isAbandoned, type Leftover, leftovers, remove } from '../hcloud/leftovers';
import type { Labelled } from '../hcloud/objects';
import { InputError } from '../kit';
import { parseArguments, type SweepRequest, USAGE } from './arguments';

const NAME = 'cdktf-nixos-hcloud-sweep';

/** Deletes what no apply can reach: docs/hcloud-image.md. Returns the status to exit with. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const request = parseArguments(argv);
  if (typeof request === 'string') {
    process.stderr.write(`${NAME}: ${request}\n\n${USAGE}`);
    return 64;
  }
  try {
    await sweep(request, new HcloudApi(hcloudAccess(NAME, process.env)));
    return 0;
  } catch (error) {
    if (!(error instanceof HcloudError || error instanceof InputError)) throw error;
    const message = error instanceof InputError ? error.message : `${error.message}; ${error.fix}`;
    process.stderr.write(`${NAME}: ${message}\n`);
    return 1;
  }
}

async function sweep(request: SweepRequest, api: HcloudApi): Promise<void> {
  const found = [...(await abandoned(request, api)), ...(request.kept ? await keptSnapshots(request, api) : [])];
  for (const leftover of found) {
    if (request.delete) await remove(api, leftover);
    const { [LABELS.owner]: owner, [LABELS.content]: content } = leftover.object.labels;
    const what = `${describe(leftover)} (owner ${owner}, content ${content})`;
    process.stdout.write(`${request.delete ? 'deleted' : 'left'}: ${what}\n`);
  }
  if (found.length === 0) process.stdout.write('nothing is left\n');
  else if (!request.delete) process.stdout.write('nothing was deleted: --delete deletes these\n');
}

async function abandoned({ owner, olderThanHours }: SweepRequest, api: HcloudApi): Promise<Leftover[]> {
  const found = await leftovers(api, owner === undefined ? {} : { [LABELS.owner]: owner });
  return found.filter((leftover) => isAbandoned(leftover, api, olderThanHours));
}

async function keptSnapshots({ owner }: SweepRequest, api: HcloudApi): Promise<Leftover[]> {
  const selector = labelSelector({ [LABELS.owner]: owner ?? '', [LABELS.state]: true, [LABELS.kept]: YES });
  const images = await api.list<Labelled>('images', { label_selector: selector });
  return images.map((object) => ({ kind: 'snapshot', object }));
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
