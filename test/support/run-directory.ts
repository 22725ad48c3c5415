import { useRunDirectory } from '../../scripts/setup/run-directory.mjs';

/** Everything that the tests of one run make for a while is below one folder. */
export default useRunDirectory;
