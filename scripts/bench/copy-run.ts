import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../lab/deployer/client';
import { jobFor } from '../../lab/deployer/host-job';
import { Lab, type LabHost, LatencyProxy } from '../../lab';

const LIMIT_SECONDS = 300;
const SETTLE_MILLISECONDS = 500;

/** What is measured, and how. */
export interface CopyCase {
  /** What the host runs before. */
  readonly base: string;
  /** What is copied to it. */
  readonly toplevel: string;
  /** `CDKTF_NIXOS_COPY` of the client; undefined: its own way. */
  readonly way: string | undefined;
  readonly roundTripMs: number;
}

export interface CopyResult {
  /** From the client's line that a copy begins to its next one: copy and check of what was copied. */
  readonly seconds: number;
  /** What passed the host's network card in that time, both directions, with all headers. */
  readonly bytes: number;
}

/** One copy to a host that was made for it and is removed after it: its store has nothing of the closure. */
export async function measure(client: Client, { base, toplevel, way, roundTripMs }: CopyCase): Promise<CopyResult> {
  const lab = await Lab.create();
  try {
    const host = await lab.host({ shape: 'plain' });
    await host.install(base);
    const proxy = roundTripMs === 0 ? undefined : await LatencyProxy.start(host, roundTripMs / 2);
    const place = proxy === undefined ? {} : { host: proxy.address, port: proxy.port };
    await pause(SETTLE_MILLISECONDS);
    const run = client.start(
      // The shortest end that a deployment can have: it is not what is measured.
      { ...jobFor(host, toplevel, place), goal: 'boot' },
      way === undefined ? {} : { CDKTF_NIXOS_COPY: way },
    );
    const late = setTimeout(() => run.process.kill('SIGKILL'), LIMIT_SECONDS * 1000);
    await run.saw(/^web: copy: /m);
    const [began, before] = [performance.now(), passed(host)];
    await run.saw(/^web: copy: .*\n(.*\n)*?web: (?!copy)/m);
    const result = { seconds: (performance.now() - began) / 1000, bytes: passed(host) - before };
    const { status, output } = await run.result;
    clearTimeout(late);
    await proxy?.close();
    if (status !== 0 || (await host.profile()) !== toplevel) throw new Error(`the copy failed:\n${output}`);
    return result;
  } finally {
    client.endRuns();
    await lab.destroy();
  }
}

function passed(host: LabHost): number {
  const count = (which: string) =>
    readFileSync(`/sys/class/net/${host.network.link}/statistics/${which}_bytes`, 'utf8');
  return Number(count('rx')) + Number(count('tx'));
}
