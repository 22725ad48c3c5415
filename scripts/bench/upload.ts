/**
 * An upload to a rescue system that is a lab host: what goes over the wire, how fast, and the client's memory. The network
 * is that of this machine, so the seconds are those of compressing, encrypting and writing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Lab, labUnavailable } from '../../lab';
import { mustRun } from '../../lab/command';
import { Client, type ClientRun } from '../../lab/deployer/client';
import { HcloudDouble, LabMachines } from '../../lab/hcloud';
import type { Job } from '../../lib/job/job';
import { bundleJobKind } from '../build/client.mjs';

const MEBIBYTES = 1024;
/** The job's kind, whose bundle is beside the client. */
const KIND = 'hcloud-upload';

/** Returns the output of the image's derivation. */
async function buildImage(): Promise<string> {
  const file = path.join(__dirname, 'upload.nix');
  const args = ['--no-out-link', '--arg', 'mebibytes', String(MEBIBYTES), '--argstr', 'salt', 'upload', file];
  return (await mustRun('nix-build', args, { env: process.env as { [name: string]: string } })).trim();
}

function jobOf(outPath: string): Job {
  const file = readdirSync(outPath).find((name) => name.endsWith('.img'));
  const content = outPath.slice('/nix/store/'.length).slice(0, 32);
  const digest = (digit: string) => digit.repeat(32);
  return {
    format: 1,
    kind: KIND,
    path: 'bench/image',
    step: 'upload',
    owner: digest('a'),
    image: digest('b'),
    state: '1',
    upload: digest('c'),
    content,
    outPath,
    file,
    architecture: 'x86',
  } as unknown as Job;
}

/** The most memory that the client had, in MB; it is asked until the client ends. */
async function peakMemory({ process: child, result }: ClientRun): Promise<number> {
  let peak = 0;
  let ended = false;
  void result.then(() => (ended = true));
  while (!ended) {
    peak = Math.max(peak, residentMegabytes(child.pid));
    await pause(200);
  }
  return peak;
}

function residentMegabytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return (Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
  } catch {
    return 0; // It has ended.
  }
}

async function main(): Promise<void> {
  if (labUnavailable !== undefined) throw new Error(`cannot make hosts here: ${labUnavailable}`);
  const outPath = await buildImage();
  const lab = await Lab.create();
  const double = await HcloudDouble.start({ machines: new LabMachines(lab) });
  const client = Client.stage();
  try {
    const source = path.join(__dirname, '..', '..', 'lib', 'client', 'jobs', KIND, 'bundle.ts');
    await bundleJobKind(source, path.join(client.stack, 'cdktf-nixos', `job-${KIND}.cjs`));
    const run = client.start(jobOf(outPath), double.environment);
    const peak = await peakMemory(run);
    const { status, output } = await run.result;
    console.log(output.replaceAll(/^image: /gm, ''));
    if (status !== 0) throw new Error('the upload failed');
    console.log(`memory of the client: at most ${Math.round(peak)} MB`);
  } finally {
    client.remove();
    await double.stop();
    await lab.destroy();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
