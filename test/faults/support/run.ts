import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a program ended, with all that it printed. */
export interface RunEnd {
  /** Undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly lines: readonly string[];
}

export interface RunOptions {
  readonly directory: string;
  readonly env: { readonly [name: string]: string };
}

interface Listener {
  readonly pattern: RegExp;
  readonly seen: () => void;
}

/**
 * A deployment while it runs: the client itself, or Terraform that runs it. Its lines are read as they come, so that a test
 * can strike at a step. It leads a process group of its own.
 */
export class Run {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly listeners = new Set<Listener>();
  private readonly ended: Promise<RunEnd>;

  constructor(program: string, args: readonly string[], options: RunOptions) {
    this.child = spawn(program, args, {
      cwd: options.directory,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.ended = this.read();
  }

  /** The end, whenever it comes; reading its output goes on until all who could write to it are gone. */
  end(): Promise<RunEnd> {
    return this.ended;
  }

  /** Returns as soon as the client reports this step; throws if it ends before. */
  reaches(step: string): Promise<void> {
    const pattern = new RegExp(`(^|\\(local-exec\\): )[^:\\s]+: ${step}: `);
    if (this.lines.some((line) => pattern.test(line))) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const listener: Listener = { pattern, seen: resolve };
      this.listeners.add(listener);
      void this.ended.then(() => {
        if (this.listeners.has(listener)) reject(new Error(`ended before "${step}":\n${this.lines.join('\n')}`));
      });
    });
  }

  /** A signal for the program alone, not for its children. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  private async read(): Promise<RunEnd> {
    const exited = new Promise<number | undefined>((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', (code) => resolve(code ?? undefined));
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => this.take(line));
    }
    const closed = new Promise((resolve) => this.child.once('close', resolve));
    const status = await exited;
    // Children that outlive a killed program may hold its output open.
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, OUTPUT_MILLISECONDS).unref())]);
    return { status, lines: this.lines };
  }

  private take(line: string): void {
    this.lines.push(line);
    for (const listener of this.listeners) {
      if (!listener.pattern.test(line)) continue;
      this.listeners.delete(listener);
      listener.seen();
    }
  }
}

const OUTPUT_MILLISECONDS = 1000;
