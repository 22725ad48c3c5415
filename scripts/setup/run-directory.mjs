import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './environment.mjs';

/** `cdktf-nixos-<pid>-<when it started>`: short, for the sockets below; the two together are never given again. */
const NAME = /^cdktf-nixos-(\d+)-([0-9a-z]+)$/;
const LAB = 'cdktf-nixos-lab-';

/**
 * Gives this process, and what it starts, one folder for all temporary files. It goes when this process ends; after a
 * kill, which leaves no time for that, the next run that begins removes it.
 *
 * @returns {() => void} removes it now
 */
export function useRunDirectory() {
  if (NAME.test(path.basename(tmpdir()))) return () => undefined;
  const parent = tmpdir();
  removeAbandoned(parent);
  const directory = path.join(parent, `cdktf-nixos-${process.pid}-${startOf(process.pid)}`);
  mkdirSync(directory, { mode: 0o700 });
  process.env.TMPDIR = directory;
  const end = () => remove(directory);
  process.once('exit', end);
  return end;
}

/** @param {string} parent */
function removeAbandoned(parent) {
  for (const name of readdirSync(parent)) {
    const [, pid, start] = NAME.exec(name) ?? [];
    if (pid === undefined || startOf(Number(pid)) === start) continue;
    const directory = path.join(parent, name);
    if (labsIn(directory).length > 0) {
      const env = { ...process.env, LABS: path.join(directory, LAB) };
      spawnSync('sh', [path.join(root, 'lab', 'keeper', 'sweep.sh')], { env, stdio: 'ignore' });
    }
    remove(directory);
  }
}

/**
 * All but labs: a lab is removed by its own keeper, which knows what is mounted there.
 *
 * @param {string} directory
 */
function remove(directory) {
  try {
    const names = readdirSync(directory).filter((name) => !name.startsWith(LAB));
    for (const name of names) rmSync(path.join(directory, name), { recursive: true, force: true });
    if (labsIn(directory).length === 0) rmdirSync(directory);
  } catch {
    // Somebody else's, or removed at the same moment by another run: the next one tries again.
  }
}

/** @param {string} directory */
function labsIn(directory) {
  try {
    return readdirSync(directory).filter((name) => name.startsWith(LAB));
  } catch {
    return [];
  }
}

/**
 * When a process started, in a few letters; undefined when there is none. Where there is no /proc every process that
 * lives started at 0.
 *
 * @param {number} pid
 */
function startOf(pid) {
  try {
    process.kill(pid, 0);
    // The name of the program, which may hold anything, ends with the last parenthesis; the 22nd field is the start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(fields[19]).toString(36);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ESRCH') return undefined;
    return '0';
  }
}
