import type { Report } from '../../report/report';
import { displayBytes, LinkFailure } from '../../kit';

/** Less than this in that time counts as nothing. */
const STALL_SECONDS = 120;
const STALL_BYTES = 64 * 1024;
/** Counts the bytes of an image that were read and sent, reports them, and ends an upload that does not move. */
export class UploadProgress {
  private readonly begin = Date.now();
  private readBytes = 0;
  private sentBytes = 0;
  private lastMove = Date.now();
  private sinceLastMove = 0;

  constructor(
    private readonly total: number,
    private readonly deadline: number,
    private readonly report: Report,
  ) {}

  read(bytes: number): void {
    this.readBytes += bytes;
    this.move(bytes);
    const percent = Math.floor((this.readBytes / this.total) * 100);
    const read = `${displayBytes(this.readBytes)} of ${displayBytes(this.total)}`;
    this.report.progress('upload', `${percent} %: ${read}, ${displayBytes(this.sentBytes)} sent`);
  }

  sent(bytes: number): void {
    this.sentBytes += bytes;
    this.move(bytes);
  }

  /** What was done, when it is done. */
  summary(compression: string): string {
    const seconds = Math.max((Date.now() - this.begin) / 1000, 0.001);
    const rate = `${displayBytes(this.readBytes / seconds)}/s`;
    return `${displayBytes(this.readBytes)} as ${displayBytes(this.sentBytes)} of ${compression} in ${seconds.toFixed(1)} s (${rate})`;
  }

  watch(): { readonly signal: AbortSignal; clear(): void } {
    const controller = new AbortController();
    const timer = setInterval(() => {
      const reason = this.complaint();
      if (reason !== undefined) controller.abort(new LinkFailure('stuck', reason));
    }, 1000);
    return { signal: controller.signal, clear: () => clearInterval(timer) };
  }

  private complaint(): string | undefined {
    if (Date.now() > this.deadline) return 'the upload takes too long';
    if (Date.now() - this.lastMove < STALL_SECONDS * 1000) return undefined;
    return `less than ${displayBytes(STALL_BYTES)} could be sent in ${STALL_SECONDS} s`;
  }

  private move(bytes: number): void {
    this.sinceLastMove += bytes;
    if (this.sinceLastMove < STALL_BYTES) return;
    this.lastMove = Date.now();
    this.sinceLastMove = 0;
  }
}
