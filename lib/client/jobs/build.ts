import { BUILD_FIELDS, FILE_FIELDS } from '../../job/build-fields';
import type { BuildJob } from '../../job/job';
import { builtFileAsNamed } from '../store/built-file';
import { displayPath, type JobKind } from './job-kind';

/** A derivation is built on this machine; then the file that is wanted of it, if any, is checked. */
export const build: JobKind<BuildJob> = {
  kind: 'build',
  check: (job, checks) => checks.fields('', { ...BUILD_FIELDS, ...FILE_FIELDS }, job),
  displayName: ({ path }) => displayPath(path),
  sensitive: () => undefined,
  outputs: ({ outPath, drvPath, path }) => [{ outPath, drvPath, constructPath: path }],
  run: async ({ outPath, file, fileFormat: format, bootMode }, { report }) => {
    if (file === undefined || file === null) return;
    const { path, bytes } = builtFileAsNamed({ outPath, file, format, bootMode });
    report.relay('file', `${path} (${format ?? 'any format'}, ${bytes} bytes)`);
  },
};
