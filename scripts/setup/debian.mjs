import { existsSync } from 'node:fs';
import { lastLines, run } from './command.mjs';
import { report } from './report.mjs';
import { SetupError } from './setup-error.mjs';

/** Seconds that another apt on the machine is waited for. */
const LOCK_SECONDS = 120;

/** Whether packages can be installed here: Debian (or a derivative with apt), and we are root. */
export function canInstall() {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0 && !run('apt-get', ['--version']).missing;
}

/**
 * The given packages that are not installed.
 *
 * @param {string[]} packages
 */
export function missingPackages(packages) {
  return packages.filter((name) => {
    const { ok, output } = run('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name]);
    return !ok || output !== 'installed';
  });
}

/**
 * Installs Debian packages; the package lists are renewed only when they don't know them.
 *
 * @param {string} subject
 * @param {string[]} packages
 */
export function installPackages(subject, packages) {
  report(subject, `installing from Debian: ${packages.join(' ')}`);
  const install = () =>
    run(
      'apt-get',
      ['install', '--yes', '--no-install-recommends', `-oDPkg::Lock::Timeout=${LOCK_SECONDS}`, ...packages],
      {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
      },
    );
  if (install().ok) return;
  const update = run('apt-get', ['update', `-oDPkg::Lock::Timeout=${LOCK_SECONDS}`]);
  const second = install();
  if (!second.ok) {
    const cause = lastLines(update.ok ? second.output : `${update.output}\n${second.output}`);
    throw new SetupError(`${subject}: apt-get could not install ${packages.join(' ')}:\n${cause}`);
  }
}
