import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';

const PROGRAMS = ['nix', 'nix-instantiate', 'nix-store', 'nix-build', 'nix-env'];

/** The nix processes that `run` starts, as their command lines: wrappers before the real programs write them down. */
export function countedNix(run: () => void): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'counted-nix-'));
  const log = path.join(folder, 'log');
  for (const program of PROGRAMS) {
    const real = execaSync('which', [program], { reject: false }).stdout;
    if (!real) continue;
    const wrapper = path.join(folder, program);
    writeFileSync(wrapper, `#!/bin/sh\necho "${program} $*" >> '${log}'\nexec '${real}' "$@"\n`);
    chmodSync(wrapper, 0o755);
  }
  const before = process.env.PATH;
  process.env.PATH = `${folder}${path.delimiter}${before}`;
  try {
    run();
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  } finally {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  }
}

/** Those that evaluate configurations. */
export function evaluators(commands: readonly string[]): string[] {
  return commands.filter((command) => / eval --json /.test(command));
}
