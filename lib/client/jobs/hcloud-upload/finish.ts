import type { HcloudFinishJob } from '../../../job/hcloud-fields';
import { LABELS, YES } from '../../../job/hcloud-labels';
import type { HcloudApi } from '../../hcloud/api';
import type { Leftover } from '../../hcloud/leftovers';
import type { Image } from '../../hcloud/objects';
import type { JobContext } from '../job-kind';
import { sweepAbandoned, sweepState } from './sweep';

/** Terraform has the snapshot: it is kept from now on, and everything else that was needed for it is deleted. */
export async function finish(job: HcloudFinishJob, api: HcloudApi, { report }: JobContext): Promise<void> {
  const { image } = await api.get<{ readonly image: Image }>(`/images/${job.snapshot}`);
  await api.put(`/images/${job.snapshot}`, { labels: { ...image.labels, ...keptLabels(job) } });
  report.relay('keep', `snapshot ${job.snapshot}`);
  const known = new Set(job.snapshots);
  const isKnown = ({ kind, object }: Leftover) => kind === 'snapshot' && known.has(String(object.id));
  await sweepState(api, job.state, isKnown, report);
  await sweepAbandoned(api, job.owner, isKnown, report);
}

function keptLabels({ owner, image, content, state, upload }: HcloudFinishJob) {
  return {
    [LABELS.owner]: owner,
    [LABELS.image]: image,
    [LABELS.content]: content,
    [LABELS.state]: state,
    [LABELS.upload]: upload,
    [LABELS.kept]: YES,
  };
}
