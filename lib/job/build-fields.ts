import { derivationPathProblem, storePathProblem } from '../validation/store-path';
import { field } from './field';

/** What an evaluation gives for a build. */
export const BUILD_FIELDS = {
  outPath: field<string>(storePathProblem),
  drvPath: field<string>(derivationPathProblem),
};
