import { Duplex } from 'node:stream';
import { createGzip } from 'node:zlib';
import * as zlib from 'node:zlib';
import { type StartedProcess, tail, zstd } from '../../kit';
import { uploadError } from './explained';

/** The compression between the file and the connection. */
export interface Encoder {
  readonly name: string;
  /** The command that undoes it in the rescue system. */
  readonly decoder: string;
  readonly stages: readonly Duplex[];
  /** Waits for its end. @throws DeployError when it failed */
  finished(): Promise<void>;
  abandon(): void;
}

const NOTHING = { finished: async () => undefined, abandon: () => undefined };

/** The best that this machine has: the program zstd, which uses all cores, or that of Node 22.15 and newer, or gzip. */
export function startEncoder(): Encoder {
  if (hasProgram()) return withProgram();
  const inNode = (zlib as { readonly createZstdCompress?: () => Duplex }).createZstdCompress;
  if (inNode !== undefined) return { name: 'zstd', decoder: 'zstd -dc', stages: [inNode()], ...NOTHING };
  return { name: 'gzip', decoder: 'gzip -dc', stages: [createGzip({ level: 1 })], ...NOTHING };
}

function hasProgram(): boolean {
  try {
    return zstd.captureSync(['--version']).exitCode === 0;
  } catch {
    return false;
  }
}

function withProgram(): Encoder {
  const child = zstd.start(['--quiet', '--stdout', '-T0', '-3']);
  const complaint = tail(child.stderr);
  return {
    name: 'zstd',
    decoder: 'zstd -dc',
    stages: [Duplex.from({ readable: child.stdout, writable: child.stdin })],
    finished: () => ended(child, complaint),
    abandon: () => void child.kill('SIGTERM'),
  };
}

async function ended(child: StartedProcess, complaint: () => string): Promise<void> {
  const { exitCode } = await child;
  if (exitCode !== 0) throw uploadError('zstd failed on this machine', 'apply again', [complaint()]);
}
