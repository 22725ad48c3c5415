import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';

const PROGRAMS = ['nix', 'nix-instantiate', 'nix-store', 'nix-build', 'nix-env', 'git', 'ssh', 'sh'];

/** A process as every user (its arguments) or its owner (its variables) can see it. */
export interface RecordedProcess {
  readonly argv: readonly string[];
  readonly environ: readonly string[];
}

/**
 * The processes that `run` starts, children of children too: wrappers before the real programs write them down.
 *
 * @param more programs besides those of an evaluation
 */
export function recordedProcesses(run: () => void, more: readonly string[] = []): RecordedProcess[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'recorded-'));
  const log = path.join(folder, 'log');
  for (const program of [...PROGRAMS, ...more]) {
    const real = execaSync('which', [program], { reject: false }).stdout;
    if (!real) continue;
    const wrapper = path.join(folder, program);
    writeFileSync(wrapper, recorder(program, real, log));
    chmodSync(wrapper, 0o755);
  }
  const before = process.env.PATH;
  process.env.PATH = `${folder}${path.delimiter}${before}`;
  try {
    run();
    return existsSync(log)
      ? readFileSync(log, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as RecordedProcess)
      : [];
  } finally {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  }
}

function recorder(program: string, real: string, log: string): string {
  const script = `${log}.cjs`;
  writeFileSync(
    script,
    `const { appendFileSync, readFileSync } = require('node:fs');
    const environ = readFileSync('/proc/' + process.ppid + '/environ', 'utf8').split('\\0').filter(Boolean);
    appendFileSync(${JSON.stringify(log)}, JSON.stringify({ argv: process.argv.slice(2), environ }) + '\\n');`,
  );
  // The variables of the shell are those that the real program gets.
  return `#!/bin/sh\n'${process.execPath}' '${script}' '${program}' "$@"\nexec '${real}' "$@"\n`;
}
