import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Everything on this machine that belongs to one lab: files, cgroups, mounts, links and processes. */
export function traces(lab: string, links: readonly string[]): string[] {
  const name = path.basename(lab);
  const cgroups = ['unified/', 'systemd/', ''].map((parent) => `/sys/fs/cgroup/${parent}${name}`);
  const interfaces = links.map((link) => `/sys/class/net/${link}`);
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(name));
  return [...[lab, ...cgroups, ...interfaces].filter(existsSync), ...mounts, ...processesOf(lab)];
}

function processesOf(lab: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => ['environ', 'cmdline', 'mountinfo'].some((file) => mentions(`/proc/${pid}/${file}`, lab)));
}

function mentions(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes(text);
  } catch {
    return false;
  }
}
