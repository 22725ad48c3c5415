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

/** Wrappers before the real programs write down the processes that are started, children of children too. */
export class ProcessRecorder {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'recorded-'));
  private readonly log = path.join(this.folder, 'log');

  /** @param more programs besides those of an evaluation */
  constructor(more: readonly string[] = []) {
    for (const program of [...PROGRAMS, ...more]) {
      const real = execaSync('which', [program], { reject: false }).stdout;
      if (!real) continue;
      const wrapper = path.join(this.folder, program);
      writeFileSync(wrapper, recorder(program, real, this.log));
      chmodSync(wrapper, 0o755);
    }
  }

  /** For the PATH of what is to be recorded. */
  get path(): string {
    return `${this.folder}${path.delimiter}${process.env.PATH}`;
  }

  processes(): RecordedProcess[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as RecordedProcess);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/**
 * The processes that `run` starts.
 *
 * @param more programs besides those of an evaluation
 */
export function recordedProcesses(run: () => void, more: readonly string[] = []): RecordedProcess[] {
  const recording = new ProcessRecorder(more);
  const before = process.env.PATH;
  process.env.PATH = recording.path;
  try {
    run();
    return recording.processes();
  } finally {
    process.env.PATH = before;
    recording.remove();
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
