import { derivationPathProblem, storePathProblem } from '../validation/store-path';
import { field } from './field';

/** Results of an evaluation. */
export const BUILD_FIELDS = {
  outPath: field<string>(storePathProblem),
  drvPath: field<string>(derivationPathProblem),
};
