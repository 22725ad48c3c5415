import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { JobKind } from '../../../lib/client/jobs/job-kind';
import { DeployError, displayPath, ExitStatus, NOT_CONTACTED } from '../../../lib/client/kit';
import type { JobFrame } from '../../../lib/job/job';

export interface UploadedFileJob extends JobFrame {
  readonly kind: 'uploaded-file';
  readonly file: string;
  /** What is left in the file; `refused` fails. Missing in the job that removes the file. */
  readonly content?: string;
}

/** Leaves a file behind, or removes it. */
export const jobKind: JobKind<UploadedFileJob> = {
  kind: 'uploaded-file',
  check: () => undefined,
  displayName: ({ path }) => displayPath(path),
  sensitive: () => undefined,
  outputs: () => [],
  async run({ file, content }, { report }) {
    if (content === 'refused') throw failure('the upload was refused');
    if (content === undefined && !existsSync(file)) throw failure('nothing is left to remove');
    report.relay(content === undefined ? 'remove' : 'upload', file);
    if (content === undefined) rmSync(file);
    else writeFileSync(file, content);
  },
};

function failure(what: string): DeployError {
  return new DeployError({ status: ExitStatus.BUSY, what, host: NOT_CONTACTED, fix: 'try again' });
}
