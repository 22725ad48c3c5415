import { Duplex, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { nixStore, type StartedProcess, zstd } from '../../private/process';
import { chunks } from '../store/closure';
import { type ClosureCopier, CopyFailure, type CopyTask } from './closure-copier';
import type { Report } from '../report/report';
import { lastLines, tail } from '../report/text';
import type { Compression } from '../host/host-state';
import type { HostSession } from '../host/session';
import { CopyProgress } from './copy-progress';

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
    const progress = new CopyProgress(task.bytes, this.report);
    // One process takes a limited number of paths, and its export is a stream of its own.
    for (const paths of chunks(task.missing)) await this.send(paths, progress);
  }

  private async send(paths: readonly string[], progress: CopyProgress): Promise<void> {
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

  private async export(paths: readonly string[], stdin: Writable, progress: CopyProgress): Promise<void> {
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
