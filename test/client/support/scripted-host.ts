import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { DeploymentJob } from '../../../lib/job/job';
import { Lab, type LabHost } from '../../../lab';
import { Client, type ClientResult, storeSystem } from '../../../lab/deployer/client';
import { jobFor } from '../../../lab/deployer/host-job';

/** The text that answers in place of the supervisor. */
export const FAKE_SUPERVISOR = readFileSync(path.join(__dirname, 'fake-supervisor.sh'), 'utf8');
export const OLD = '/nix/store/11111111111111111111111111111111-old';

/** The answer of a healthy host that runs OLD. */
export const HEALTHY = {
  'host-format': '1',
  uid: '0',
  nixos: 'yes',
  systemd: 'yes',
  system: 'x86_64-linux',
  'boot-id': 'b1',
  running: OLD,
  profile: OLD,
  generation: '11',
  state: 'committed',
  committed: OLD,
  'files-digest': 'none',
  lock: 'free',
  'free-store-kib': '1000000',
  'free-run-kib': '1000000',
  compression: 'zstd gzip none',
};

/** One host for a group of tests: healthy again before each of them; fails if the client leaves files behind. */
export function useScriptedHost(): ScriptedHost {
  const scripted = new ScriptedHost();
  beforeAll(() => scripted.start());
  afterAll(() => scripted.end());
  beforeEach(() => scripted.heal());
  afterEach(() => {
    const left = scripted.client.leftovers();
    scripted.client.endRuns();
    expect(left).toEqual([]);
  });
  return scripted;
}

/** A lab host that gives the real client, over the real ssh, the answers that a test sets. */
export class ScriptedHost {
  host!: LabHost;
  client!: Client;
  /** A system that is in the store of this machine. */
  toplevel!: string;
  private lab?: Lab;

  async start(): Promise<void> {
    this.lab = await Lab.create();
    this.host = await this.lab.host({ shape: 'plain' });
    this.client = Client.stage(FAKE_SUPERVISOR);
    this.toplevel = storeSystem('nixos-system-web');
  }

  async end(): Promise<void> {
    this.client?.remove();
    await this.lab?.destroy();
  }

  /** Answers as a healthy host does, and forgets the questions. */
  async heal(): Promise<void> {
    await this.host.read('rm -rf /fake; mkdir /fake');
    await this.answer('inspect', HEALTHY);
    for (const verb of ['stage', 'verify', 'adopt']) await this.answer(verb, {});
    await this.answer('start', { state: 'waiting' });
    const systems = { running: this.toplevel, profile: this.toplevel };
    const committed = { state: 'committed', ...systems, 'generation-before': '11', 'generation-after': '12' };
    await this.answer('confirm', committed, 'event transaction "$id"');
  }

  /** Sets the host's answer to a verb: events and, unless there is an error among them, the end. */
  async answer(verb: string, events: { readonly [key: string]: string }, before = ''): Promise<void> {
    const lines = Object.entries(events).map(([key, value]) => `event ${key} ${quoted(value)}`);
    const end = 'error' in events ? 'exit 1' : `event end ${verb.replace(/\.\d+$/, '')}`;
    await this.host.read(`cat > /fake/${verb} <<'LAB'\n${before}\n${lines.join('\n')}\n${end}\nLAB`);
  }

  /** All that was asked: a line for each request. */
  log(): Promise<string> {
    return this.host.read('cat /fake/log');
  }

  async verbs(): Promise<string[]> {
    return [...(await this.log()).matchAll(/verb=([a-z]+)/g)].map((match) => match[1] as string);
  }

  job(change: Partial<DeploymentJob> = {}): DeploymentJob {
    const job = jobFor(this.host, this.toplevel);
    return { ...job, activationTimeoutSeconds: 1, confirmTimeoutSeconds: 1, ...change };
  }

  /** A whole run of the client. */
  deploy(change: Partial<DeploymentJob> = {}): Promise<ClientResult> {
    return this.client.run(this.job(change));
  }
}

/** One word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
