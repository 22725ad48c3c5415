import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../command.mjs';
import { report } from '../report.mjs';
import { isInMirror } from './mirror.mjs';
import { ensureProvider } from './provider.mjs';

const GO_MODULE = 'github.com/hetznercloud/terraform-provider-hcloud';

const BUILD_SECONDS = 900;

/** Hetzner Cloud's provider. The bindings in lib/hcloud/bindings are made from this version (scripts/bindings.mjs). */
export const HCLOUD_PROVIDER = {
  name: 'hcloud',
  source: 'hetznercloud/hcloud',
  version: '1.68.0',
  build,
};

/** The provider for the tests of Hetzner Cloud. They are skipped visibly where it cannot be had. */
export function ensureHcloudProvider() {
  const problem = ensureProvider(HCLOUD_PROVIDER);
  if (problem !== undefined) report('hcloud provider', `not there, so its tests are skipped: ${problem}`);
}

/** Why tests cannot apply with the provider; undefined if they can. */
export function hcloudProviderMissing() {
  return isInMirror(HCLOUD_PROVIDER) ? undefined : 'set-up could not get the hcloud provider';
}

/**
 * `go install` with a version asks the proxy for the list of all versions, which may be missing; a module of our own
 * that requires this one version does not.
 *
 * @param {string} folder
 */
function build(folder) {
  const { name, version } = HCLOUD_PROVIDER;
  writeFileSync(path.join(folder, 'go.mod'), `module provider\n\ngo 1.24\n\nrequire ${GO_MODULE} v${version}\n`);
  return run('go', ['build', '-o', `terraform-provider-${name}`, GO_MODULE], {
    cwd: folder,
    env: { GOFLAGS: '-mod=mod -buildvcs=false' },
    timeoutSeconds: BUILD_SECONDS,
  });
}
