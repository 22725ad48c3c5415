import { HCLOUD_FIRST_CONTACT, type HcloudHostKeyRecord, serverNumberProblem } from '../../../job/hcloud-host-key';
import { field } from '../../../job/field';
import { hcloudAccess, TOKEN_VARIABLE } from '../../hcloud/access';
import { HcloudApi } from '../../hcloud/api';
import { firstContact } from '../first-contact/first-contact';
import { LabelRecord } from './label-record';

/** The first contact with a server at Hetzner Cloud that makes its own key: the record is a label of the server. */
export const jobKind = firstContact(HCLOUD_FIRST_CONTACT, {
  check: ({ server }, checks) => checks.required('record.server', server, field(serverNumberProblem)),
  secretVariables: [TOKEN_VARIABLE],
  of(job, { environment, report }) {
    const access = hcloudAccess(job.path, environment);
    report.learn(Buffer.from(access.token));
    const api = new HcloudApi(access, { onRetry: ({ message }) => report.relay('wait', `${message}; trying again`) });
    return new LabelRecord(api, (job.record as HcloudHostKeyRecord).server);
  },
});
