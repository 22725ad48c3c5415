import path from 'node:path';
import { Worker } from 'node:worker_threads';

const DELAY_MILLISECONDS = 2000;

/** Runs something that blocks this thread, and prints a line on stdout when it takes long. */
export function withProgress<Result>(text: string, run: () => Result): Result {
  const worker = new Worker(path.join(__dirname, 'progress-worker.mjs'), {
    workerData: { text: `${NAME}: ${text}`, delayMilliseconds: DELAY_MILLISECONDS },
  });
  worker.unref();
  // The line is not worth an error.
  worker.on('error', () => undefined);
  try {
    return run();
  } finally {
    void worker.terminate();
  }
}

/** Prints a line of ours in the output of the user's program. */
export function printLine(text: string): void {
  process.stdout.write(`${NAME}: ${text}\n`);
}

const NAME = 'cdktf-nixos';
