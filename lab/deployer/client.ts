import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Job } from '../../lib/job/job';
import { supervisorText } from '../../scripts/build/supervisor.mjs';

const SOURCE = path.join(__dirname, '..', '..', 'lib', 'client');

export interface ClientResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Everything that was printed, on both channels. */
  readonly output: string;
}

/** A run that can be watched and killed. */
export interface ClientRun {
  readonly process: ChildProcess;
  readonly result: Promise<ClientResult>;
  /** Resolves when the output has a match, rejects when the run ended without one. */
  saw(pattern: RegExp): Promise<void>;
}

/**
 * The client in a stack's folder, as `cdktf synth` stages it, started as Terraform starts it. It has a temporary directory of its
 * own, so that a test sees the files that it leaves behind.
 */
export class Client {
  /** @param supervisor another host's half than the real one: its text */
  static stage(supervisor = supervisorText()): Client {
    const stack = mkdtempSync(path.join(tmpdir(), 'client-'));
    const folder = path.join(stack, 'cdktf-nixos');
    mkdirSync(folder);
    mkdirSync(path.join(stack, 'tmp'));
    for (const script of ['launch.sh', 'janitor.sh'])
      copyFileSync(path.join(SOURCE, script), path.join(folder, script));
    writeFileSync(path.join(folder, 'supervisor.sh'), supervisor);
    buildSync({
      entryPoints: [path.join(SOURCE, 'main.ts')],
      outfile: path.join(folder, 'client.cjs'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'error',
    });
    return new Client(stack);
  }

  private readonly runs: ChildProcess[] = [];

  private constructor(
    /** The working directory of a run. */
    readonly stack: string,
  ) {}

  start(job: Job, environment: { readonly [name: string]: string } = {}): ClientRun {
    const child = spawn('/bin/sh', ['-c', 'exec sh cdktf-nixos/launch.sh'], {
      cwd: this.stack,
      env: { ...process.env, TMPDIR: this.temporary, ...environment, CDKTF_NIXOS_JOB: JSON.stringify(job) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.runs.push(child);
    let output = '';
    const result = new Promise<ClientResult>((resolve) => {
      child.on('close', (status, signal) => resolve({ status, signal, output }));
    });
    const saw = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => pattern.test(output) && resolve();
        child.stdout.on('data', look);
        void result.then(() => reject(new Error(`the client never printed ${pattern}; it printed:\n${output}`)));
        look();
      });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return { process: child, result, saw };
  }

  run(job: Job, environment?: { readonly [name: string]: string }): Promise<ClientResult> {
    return this.start(job, environment).result;
  }

  /** Names of the files that runs left in the temporary directory. */
  leftovers(): string[] {
    return readdirSync(this.temporary);
  }

  /** Ends the runs that a failed test left behind, and removes their files. */
  endRuns(): void {
    for (const child of this.runs.splice(0)) child.kill('SIGKILL');
    rmSync(this.temporary, { recursive: true, force: true });
    mkdirSync(this.temporary);
  }

  remove(): void {
    rmSync(this.stack, { recursive: true, force: true });
  }

  private get temporary(): string {
    return path.join(this.stack, 'tmp');
  }
}

/** What a made-up system has. */
interface SystemFiles {
  /** Its switch program. @default - a script */
  readonly program?: string;
  /** @default 0o755 */
  readonly mode?: number;
  /** Its note about itself. @default 'x86_64-linux' */
  readonly platform?: string;
}

/** A store path that looks like a system from outside, made without building anything. */
export function storeSystem(name: string, files: SystemFiles = {}): string {
  const { program = '#!/bin/sh\nexit 1\n', mode = 0o755, platform = 'x86_64-linux' } = files;
  const directory = mkdtempSync(path.join(tmpdir(), 'system-'));
  try {
    mkdirSync(path.join(directory, name, 'bin'), { recursive: true });
    const file = path.join(directory, name, 'bin', 'switch-to-configuration');
    writeFileSync(file, program);
    writeFileSync(path.join(directory, name, 'system'), platform);
    chmodSync(file, mode);
    return execFileSync('nix-store', ['--add', path.join(directory, name)], { encoding: 'utf8' }).trim();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Command lines of running processes that name the directory. */
export function processesWith(directory: string): string[] {
  const all = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(directory));
}
