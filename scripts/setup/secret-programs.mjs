import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastLines, run } from './command.mjs';
import { canInstall, installPackages } from './debian.mjs';
import { secretPrograms } from './environment.mjs';
import { report } from './report.mjs';

/** The oldest version that has `sops decrypt`, which the deploy client calls. Debian has no package of sops. */
const SOPS = 'github.com/getsops/sops/v3/cmd/sops@v3.9.4';

const BUILD_SECONDS = 900;

/** sops and age, which users of encrypted secrets bring. A test that needs one that cannot be had is skipped visibly. */
export function ensureSecretPrograms() {
  if (canInstall() && run('age', ['--version']).missing) installPackages('age', ['age']);
  const sops = path.join(secretPrograms, 'sops');
  if (existsSync(sops) || !run('sops', ['--version']).missing) {
    report('sops', 'reused');
    return;
  }
  report('sops', 'building it from its Go module, which takes some minutes');
  const staging = mkdtempSync(path.join(tmpdir(), 'sops-'));
  try {
    const { ok, missing, output } = build(staging);
    const reason = missing ? 'Go is not on PATH' : `building it failed:\n${lastLines(output)}`;
    report('sops', ok ? 'built' : `not there, so its tests are skipped: ${reason}`);
    if (!ok) return;
    mkdirSync(secretPrograms, { recursive: true });
    // The folders may be on different disks, and whoever looks must find a whole program.
    copyFileSync(path.join(staging, 'sops'), `${sops}.part`);
    renameSync(`${sops}.part`, sops);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** @param {string} staging */
function build(staging) {
  return run('go', ['install', SOPS], {
    cwd: staging,
    env: { GOBIN: staging, GOFLAGS: '-buildvcs=false' },
    timeoutSeconds: BUILD_SECONDS,
  });
}
