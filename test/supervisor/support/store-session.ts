import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { buildNamedSystems } from '../../../lab/systems/systems';
import { Lab, type LabHost } from '../../../lab';
import type { SupervisorReply } from './supervisor-reply';
import { type Header, randomId, SupervisorSession } from './supervisor-session';

const BUFFER_BYTES = 2 ** 27;

export interface ReceiveOptions {
  /** @default 'none' */
  readonly compression?: string;
  /** Seconds. @default 20 */
  readonly stall?: number;
  /** The connection is silent after the stream, and does not end. @default false */
  readonly open?: boolean;
}

/** For a group of tests: a host with a real disk that runs one system, and the closure of another to copy there. */
export function useStoreSession(): StoreSession {
  const store = new StoreSession();
  beforeAll(() => store.begin());
  afterAll(() => store.end());
  beforeEach(() => store.renew());
  return store;
}

/** The verbs that fill a host's store, as one client sends them. */
export class StoreSession {
  host!: LabHost;
  session!: SupervisorSession;
  /** What the host runs. */
  running!: string;
  /** What is copied, with a closure of its own. */
  next!: string;
  closure!: readonly string[];
  private lab?: Lab;
  private id = randomId();

  async begin(): Promise<void> {
    const systems = await buildNamedSystems({
      one: {},
      two: { closure: { paths: 4, mebibytes: 4, salt: 'supervisor' } },
    });
    [this.running, this.next] = [systems.one, systems.two];
    const requisites = execFileSync('nix-store', ['--query', '--requisites', this.next], { encoding: 'utf8' });
    this.closure = requisites.trim().split('\n');
    this.lab = await Lab.create();
    this.host = await this.lab.host({ shape: 'plain', disk: 'ext4' });
    await this.host.install(this.running);
    this.session = new SupervisorSession(this.host);
  }

  async end(): Promise<void> {
    await this.lab?.destroy();
  }

  /** From now on it is another client. */
  renew(): void {
    this.id = randomId();
  }

  stage(): Promise<SupervisorReply> {
    const header: Header = [
      ['id', this.id],
      ['toplevel', this.next],
    ];
    return this.session.call('stage', header, list(this.closure));
  }

  /** Stages. @returns the missing paths */
  async missing(): Promise<string[]> {
    return (await this.stage()).ok().all('missing');
  }

  receive(stream: Buffer, options: ReceiveOptions = {}): Promise<SupervisorReply> {
    const { compression = 'none', stall = 20, open = false } = options;
    const header: Header = [
      ['id', this.id],
      ['compression', compression],
      ['stall-seconds', stall],
    ];
    return open ? this.session.hold('receive', header, stream) : this.session.call('receive', header, stream);
  }

  verify(paths: readonly string[], all = 'no', toplevel = this.next, goal = 'switch'): Promise<SupervisorReply> {
    const header: Header = [
      ['id', this.id],
      ['toplevel', toplevel],
      ['all', all],
      ['goal', goal],
    ];
    return this.session.call('verify', header, list(paths));
  }

  /** Removes the next system and our roots from the host. */
  async forget(): Promise<void> {
    await this.host.exec(`rm -rf /nix/var/nix/gcroots/cdktf-nixos; nix-store --gc`);
  }
}

/** The stream of these paths. @param program what compresses it */
export function exported(paths: readonly string[], program?: string): Buffer {
  const stream = execFileSync('nix-store', ['--export', ...paths], { maxBuffer: BUFFER_BYTES });
  if (program === undefined) return stream;
  return execFileSync(program, ['-q', '-c'], { input: stream, maxBuffer: BUFFER_BYTES });
}

function list(paths: readonly string[]): string {
  return `${paths.map((path) => `${path}\n`).join('')}\n`;
}
