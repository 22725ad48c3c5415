import { LABELS } from '../../../job/hcloud-labels';
import type { HcloudApi } from '../../hcloud/api';
import { describe, isAbandoned, type Leftover, leftovers, remove } from '../../hcloud/leftovers';
import type { Report } from '../../report/report';

/** Deletes what earlier uploads of this state left behind: Terraform's lock makes sure that none of them runs. */
export async function sweepState(
  api: HcloudApi,
  state: string,
  keeps: (leftover: Leftover) => boolean,
  report: Report,
): Promise<void> {
  const found = await leftovers(api, { [LABELS.state]: state });
  await removeAll(
    api,
    found.filter((leftover) => !keeps(leftover)),
    report,
  );
}

/** Deletes what uploads of other states, or of images that left the program, have left behind long ago. */
export async function sweepAbandoned(
  api: HcloudApi,
  owner: string,
  keeps: (leftover: Leftover) => boolean,
  report: Report,
): Promise<void> {
  const found = await leftovers(api, { [LABELS.owner]: owner });
  await removeAll(
    api,
    found.filter((leftover) => !keeps(leftover) && isAbandoned(leftover, api)),
    report,
  );
}

async function removeAll(api: HcloudApi, found: readonly Leftover[], report: Report): Promise<void> {
  for (const leftover of found) {
    await remove(api, leftover);
    report.relay('sweep', `deleted ${describe(leftover)}`);
  }
}
