import { Transform } from 'node:stream';
import type { Report } from '../report/report';
import { displayBytes } from '../report/text';
import { CopyFailure } from './closure-copier';

/** Longer than the host's own limit, so that normally the host reports what happened. */
const STALL_SECONDS = 90;
/** Less than this in that time counts as nothing: a host that takes a byte now and then would draw a copy out without end. */
const STALL_BYTES = 256 * 1024;
/** How long we wait for another copy to the same host. */
const TURN_SECONDS = 3600;

/** Counts the bytes that were sent, reports them from time to time, and notices when nearly nothing moves any more. */
export class CopyProgress {
  private sent = 0;
  private lastMove = Date.now();
  private sinceLastMove = 0;

  constructor(
    private readonly total: number,
    private readonly report: Report,
  ) {}

  counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.sent += chunk.length;
        this.move(chunk.length);
        this.report.progress('copy', `${displayBytes(this.sent)} of ${displayBytes(this.total)}`);
        done(null, chunk);
      },
    });
  }

  /** Our copy moves only after another one to this host, which the host ends if it stalls. */
  waitForTurn(): void {
    this.lastMove = Date.now() + TURN_SECONDS * 1000;
  }

  private move(bytes: number): void {
    this.sinceLastMove += bytes;
    if (this.sinceLastMove < STALL_BYTES) return;
    this.lastMove = Date.now();
    this.sinceLastMove = 0;
  }

  watch(): { readonly signal: AbortSignal; clear(): void } {
    const controller = new AbortController();
    this.lastMove = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - this.lastMove < STALL_SECONDS * 1000) return;
      controller.abort(new CopyFailure(`less than ${displayBytes(STALL_BYTES)} could be sent in ${STALL_SECONDS} s`));
    }, 1000);
    return { signal: controller.signal, clear: () => clearInterval(timer) };
  }
}
