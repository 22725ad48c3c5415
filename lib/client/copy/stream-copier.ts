import { Duplex, type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { nixStore, type StartedProcess, zstd } from '../../private/process';
import { chunks } from '../store/closure';
import { type ClosureCopier, CopyFailure, type CopyTask } from './closure-copier';
import type { Report } from '../report/report';
import { displayBytes, lastLines, tail } from '../report/text';
import type { Compression } from '../host/host-state';
import type { HostSession } from '../host/session';

/** Longer than the host's own limit, so that normally the host reports what happened. */
const STALL_SECONDS = 90;
/** How long we wait for another copy to the same host. */
const TURN_SECONDS = 3600;

/**
 * One `nix-store --export` stream of the missing paths into the host's `nix-store --import`: no round trip per path,
 * which makes it several times faster over a real network than the protocol of nix-copy-closure.
 */
export class StreamCopier implements ClosureCopier {
  constructor(
    private readonly session: HostSession,
    private readonly id: string,
    private readonly compression: Compression,
    private readonly report: Report,
  ) {}

  get description(): string {
    return this.compression === 'none' ? 'plain stream' : `${this.compression} stream`;
  }

  async copy(task: CopyTask): Promise<void> {
    const progress = new Progress(task.bytes, this.report);
    // One process takes a limited number of paths, and its export is a stream of its own.
    for (const paths of chunks(task.missing)) await this.send(paths, progress);
  }

  private async send(paths: readonly string[], progress: Progress): Promise<void> {
    let waits = false;
    await this.session.receive(this.id, {
      compression: this.compression,
      write: (stdin) => this.export(paths, stdin, progress),
      onWait: () => {
        // Once: a host that says it again and again would be waited for without end.
        if (waits) return;
        waits = true;
        progress.waitForTurn();
        this.report.step('copy', 'waiting for another copy to this host to end');
      },
    });
  }

  private async export(paths: readonly string[], stdin: Writable, progress: Progress): Promise<void> {
    const exporter = nixStore.start(['--export', ...paths]);
    exporter.stdin.end();
    const complaint = tail(exporter.stderr);
    const encoder = startEncoder(this.compression);
    const stall = progress.watch();
    try {
      const stages = [exporter.stdout, progress.counter(), ...encoder.stages, stdin];
      await pipeline(stages as unknown as [Readable, Writable], { signal: stall.signal });
      await finished(exporter, complaint, 'the closure cannot be read from the store of this machine');
      await encoder.finished();
    } catch (error) {
      exporter.kill('SIGTERM');
      encoder.abandon();
      throw stall.signal.aborted ? (stall.signal.reason as Error) : error;
    } finally {
      stall.clear();
    }
  }
}

/** The best compression that both sides have. On this side zstd is a program: Node has it only from 22.15 on. */
export function chooseCompression(offered: readonly Compression[]): Compression {
  return offered.find((compression) => compression !== 'zstd' || hasZstd()) ?? 'none';
}

function hasZstd(): boolean {
  try {
    return zstd.captureSync(['--version']).exitCode === 0;
  } catch {
    return false;
  }
}

/** The compression between the export and the connection. */
interface Encoder {
  readonly stages: readonly Duplex[];
  finished(): Promise<void>;
  abandon(): void;
}

function startEncoder(compression: Compression): Encoder {
  const nothing = { finished: async () => undefined, abandon: () => undefined };
  if (compression === 'none') return { stages: [], ...nothing };
  if (compression === 'gzip') return { stages: [createGzip({ level: 1 })], ...nothing };
  const encoder = zstd.start(['--quiet', '--stdout', '-T0', '-3']);
  const complaint = tail(encoder.stderr);
  return {
    stages: [Duplex.from({ readable: encoder.stdout, writable: encoder.stdin })],
    finished: () => finished(encoder, complaint, 'zstd failed on this machine'),
    abandon: () => void encoder.kill('SIGTERM'),
  };
}

async function finished(child: StartedProcess, complaint: () => string, message: string): Promise<void> {
  const { exitCode } = await child;
  if (exitCode !== 0) throw new CopyFailure(message, lastLines(complaint(), 5));
}

/** Counts the bytes that were sent, reports them from time to time, and notices when nothing moves any more. */
class Progress {
  private sent = 0;
  private lastMove = Date.now();

  constructor(
    private readonly total: number,
    private readonly report: Report,
  ) {}

  counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.sent += chunk.length;
        this.lastMove = Date.now();
        this.report.progress('copy', `${displayBytes(this.sent)} of ${displayBytes(this.total)}`);
        done(null, chunk);
      },
    });
  }

  /** Ours moves after another copy to the host. The host ends the other one when it stalls. */
  waitForTurn(): void {
    this.lastMove = Date.now() + TURN_SECONDS * 1000;
  }

  watch(): { readonly signal: AbortSignal; clear(): void } {
    const controller = new AbortController();
    this.lastMove = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - this.lastMove < STALL_SECONDS * 1000) return;
      controller.abort(new CopyFailure(`nothing could be sent for ${STALL_SECONDS} s`));
    }, 1000);
    return { signal: controller.signal, clear: () => clearInterval(timer) };
  }
}
