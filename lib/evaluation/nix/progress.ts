import path from 'node:path';
import { Worker } from 'node:worker_threads';

const DELAY_MILLISECONDS = 2000;

/** Runs what blocks this thread, and says so on stdout when it takes long. */
export function withProgress<Result>(text: string, run: () => Result): Result {
  const worker = new Worker(path.join(__dirname, 'progress-worker.mjs'), {
    workerData: { text: `${NAME}: ${text}`, delayMilliseconds: DELAY_MILLISECONDS },
  });
  worker.unref();
  // Without its line nothing is wrong.
  worker.on('error', () => undefined);
  try {
    return run();
  } finally {
    void worker.terminate();
  }
}

/** A line of ours in the output of the user's program. */
export function say(text: string): void {
  process.stdout.write(`${NAME}: ${text}\n`);
}

const NAME = 'cdktf-nixos';
