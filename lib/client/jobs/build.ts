import { BUILD_FIELDS } from '../../job/build-fields';
import type { BuildJob } from '../../job/job';
import { displayPath, type JobKind } from './job-kind';

/** A derivation is built on this machine; nothing else has to be done. */
export const build: JobKind<BuildJob> = {
  kind: 'build',
  check: (job, checks) => checks.fields('', BUILD_FIELDS, job),
  displayName: ({ path }) => displayPath(path),
  sensitive: () => undefined,
  outputs: ({ outPath, drvPath, path }) => [{ outPath, drvPath, constructPath: path }],
  run: async () => undefined,
};
