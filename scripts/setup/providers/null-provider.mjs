import { run } from '../command.mjs';
import { SetupError } from '../setup-error.mjs';
import { ensureProvider } from './provider.mjs';

/** The newest state of the provider that the Go module proxy serves; real code, plugin protocol 5. */
const GO_MODULE = 'github.com/terraform-providers/terraform-provider-null@v1.0.1-0.20191204185112-e5c592237f62';

const BUILD_SECONDS = 600;

/** Without it nothing of ours can be applied. */
export function ensureNullProvider() {
  const problem = ensureProvider({
    name: 'null',
    source: 'hashicorp/null',
    // `@cdktf/provider-null` 11.0.1 asks for exactly this version.
    version: '3.2.4',
    build: (folder) =>
      run('go', ['install', GO_MODULE], {
        cwd: folder,
        env: { GOBIN: folder, GOFLAGS: '-buildvcs=false' },
        timeoutSeconds: BUILD_SECONDS,
      }),
  });
  if (problem !== undefined) throw new SetupError(problem);
}
