import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

// The main thread waits for Nix and can print nothing; process.stdout of a worker goes through the main thread.
setTimeout(() => writeSync(1, `${workerData.text}\n`), workerData.delayMilliseconds);
