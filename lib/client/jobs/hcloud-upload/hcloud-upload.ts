import {
  FINISH_FIELDS,
  HCLOUD_UPLOAD,
  type HcloudJob,
  numberProblem,
  SWEEP_FIELDS,
  UPLOAD_FIELDS,
} from '../../../job/hcloud-fields';
import { hcloudAccess, TOKEN_VARIABLE } from '../../hcloud/access';
import { HcloudApi } from '../../hcloud/api';
import { displayPath } from '../../kit';
import type { JobContext, JobKind } from '../job-kind';
import { explained } from './explained';
import { finish } from './finish';
import { sweepState } from './sweep';
import { upload } from './upload';

const FIELDS = { upload: UPLOAD_FIELDS, finish: FINISH_FIELDS, sweep: SWEEP_FIELDS };

/** An image becomes a snapshot at Hetzner; Terraform makes the snapshot itself, between two jobs. */
export const hcloudUpload: JobKind<HcloudJob> = {
  kind: HCLOUD_UPLOAD,
  check(job, checks) {
    const step = Object.hasOwn(FIELDS, String(job.step)) ? (job.step as keyof typeof FIELDS) : 'upload';
    checks.fields('', FIELDS[step], job);
    if (step !== 'finish') return;
    checks.list('snapshots', job.snapshots).forEach((id, i) => checks.check(`snapshots[${i}]`, id, numberProblem));
  },
  displayName: ({ path }) => displayPath(path),
  sensitive: () => undefined,
  secretVariables: () => [TOKEN_VARIABLE],
  // The image is built only if it has to be uploaded.
  outputs: () => [],
  refuseUnready: ({ path }, environment) => void hcloudAccess(path, environment),
  async run(job, context) {
    const api = connected(job, context);
    await explained(() => {
      if (job.step === 'upload') return upload(job, api, context);
      if (job.step === 'finish') return finish(job, api, context);
      return sweepState(api, job.state, () => false, context.report);
    });
  },
};

function connected({ path }: HcloudJob, { environment, report }: JobContext): HcloudApi {
  const access = hcloudAccess(path, environment);
  report.learn(Buffer.from(access.token));
  return new HcloudApi(access, { onRetry: ({ message }) => report.relay('wait', `${message}; trying again`) });
}
