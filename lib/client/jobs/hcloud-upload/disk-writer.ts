import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Report } from '../../report/report';
import { type BuiltFile, cutOff, displayBytes, lastLines, LinkFailure, tail } from '../../kit';
import { type Encoder, startEncoder } from './encoder';
import { uploadError } from './explained';
import type { RescueLogin } from './rescue-login';
import { UploadProgress } from './upload-progress';

const ATTEMPTS = 3;
const CHUNK_BYTES = 1024 * 1024;
const VERIFY_SECONDS = 1800;
/** Of all attempts. With the rest of an upload less than it takes until a thing counts as abandoned. */
const MAX_HOURS = 4;

/** A block device tells its size in another way than the file that stands for one in a test. */
const DISK_BYTES = 'blockdev --getsize64 /dev/sda 2>/dev/null || stat -L -c %s /dev/sda';
/** Once a disk is discarded it reads as zeros, and zeros need not be written. */
const SPARSE =
  'if blkdiscard --force /dev/sda >/dev/null 2>&1; then how=sparse,notrunc,fsync; else how=notrunc,fsync; fi';
const WHOLE = 'how=notrunc,fsync';
const WRITE = 'dd of=/dev/sda bs=4M iflag=fullblock conv=$how status=none';
/** Reads from the disk, not from memory; the length comes by the input. */
const DIGEST =
  'read -r length; blockdev --flushbufs /dev/sda 2>/dev/null; head -c "$length" /dev/sda | sha256sum | cut -d " " -f 1';

/** Writes the image to the disk and reads it back. @throws DeployError @throws LinkFailure */
export async function writeDisk(image: BuiltFile, login: RescueLogin, report: Report): Promise<void> {
  const disk = Number(await login.run(DISK_BYTES, { seconds: 30 }));
  if (!(disk >= image.bytes)) throw tooSmall(disk, image);
  const deadline = Date.now() + MAX_HOURS * 3_600_000;
  let isSparse = true;
  for (let attempt = 1; ; attempt++) {
    const failure = await attemptOnce({ isSparse, deadline, image, login, report });
    if (failure === undefined) return;
    if (attempt === ATTEMPTS || Date.now() > deadline) throw failure;
    report.relay('upload', `failed (${failure.message}); trying again`);
    // A disk that keeps its old content where zeros were left out.
    isSparse = failure instanceof LinkFailure;
  }
}

interface Attempt {
  readonly isSparse: boolean;
  readonly deadline: number;
  readonly image: BuiltFile;
  readonly login: RescueLogin;
  readonly report: Report;
}

/** Returns a failure after which another attempt may succeed, and throws any other. */
async function attemptOnce(task: Attempt) {
  const { image, login, report } = task;
  try {
    const digest = await send(task);
    report.step('verify', 'reading the disk back');
    const there = await login.run(DIGEST, { input: `${image.bytes}\n`, seconds: VERIFY_SECONDS });
    if (there !== digest) return uploadError('the disk does not hold what was sent', 'apply again');
    report.relay('verify', `${displayBytes(image.bytes)} with the SHA-256 ${digest}`);
    return undefined;
  } catch (error) {
    if (error instanceof LinkFailure && error.kind !== 'host-key') return error;
    throw error;
  }
}

/** Returns the digest of what was read here. */
async function send({ isSparse, deadline, image, login, report }: Attempt): Promise<string> {
  const encoder = startEncoder();
  const writer = login.start(`${isSparse ? SPARSE : WHOLE}; ${encoder.decoder} | ${WRITE}`);
  const complaint = tail(writer.stderr);
  writer.stdout.resume();
  const progress = new UploadProgress(image.bytes, deadline, report);
  const hash = createHash('sha256');
  const stall = progress.watch();
  const stages = [
    createReadStream(image.path, { highWaterMark: CHUNK_BYTES }),
    through((chunk) => (hash.update(chunk), progress.read(chunk.length))),
    ...encoder.stages,
    through((chunk) => progress.sent(chunk.length)),
    writer.stdin,
  ];
  try {
    await pipeline(stages as unknown as [Readable, Writable], { signal: stall.signal });
    await encoder.finished();
    const { exitCode } = await writer;
    if (exitCode !== 0) throw sendFailure(exitCode, complaint());
  } catch (error) {
    throw await explainedSend(error, { writer, encoder, complaint, stall });
  } finally {
    stall.clear();
  }
  report.relay('upload', progress.summary(encoder.name));
  return hash.digest('hex');
}

interface Sending {
  readonly writer: ReturnType<RescueLogin['start']>;
  readonly encoder: Encoder;
  readonly complaint: () => string;
  readonly stall: { readonly signal: AbortSignal };
}

/** When the far end closes, the stream fails first: ssh knows why. */
async function explainedSend(error: unknown, { writer, encoder, complaint, stall }: Sending): Promise<unknown> {
  encoder.abandon();
  if (stall.signal.aborted) {
    cutOff(writer);
    return stall.signal.reason;
  }
  if (!['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'].includes((error as { code?: string }).code ?? '')) {
    cutOff(writer);
    return error;
  }
  const limit = setTimeout(() => cutOff(writer), 10_000);
  const { exitCode = 255 } = await writer.finally(() => clearTimeout(limit));
  return sendFailure(exitCode, complaint());
}

function sendFailure(exitCode: number | undefined, stderr: string): Error {
  if (exitCode === 255 || exitCode === undefined) return LinkFailure.fromStderr(stderr);
  return uploadError('the image cannot be written in the rescue system', 'apply again', lastLines(stderr, 5));
}

function through(see: (chunk: Buffer) => void): Transform {
  return new Transform({
    highWaterMark: CHUNK_BYTES,
    transform(chunk: Buffer, _encoding, done) {
      see(chunk);
      done(null, chunk);
    },
  });
}

function tooSmall(disk: number, { bytes }: BuiltFile): Error {
  return uploadError(
    `the image has ${displayBytes(bytes)} and the disk of the server ${displayBytes(disk)}`,
    'make the disk of the image smaller: it grows to that of the server at the first boot',
  );
}
