import { afterAll, beforeAll, expect } from 'vitest';
import { buildNamedSystems } from '../../../lab/systems/systems';
import { Lab, type LabHost } from '../../../lab';
import { type Header, randomId, SupervisorSession } from '../../supervisor/support/supervisor-session';

/** For a group of tests: a host that nobody has deployed to, for requests that must not change it. */
export function useUntouchedHost(): UntouchedHost {
  const untouched = new UntouchedHost();
  beforeAll(() => untouched.begin());
  afterAll(() => untouched.lab?.destroy());
  return untouched;
}

export class UntouchedHost {
  lab!: Lab;
  host!: LabHost;
  session!: SupervisorSession;
  /** What the host runs. */
  running!: string;
  /** A system whose closure is on the host. */
  next!: string;
  private tree!: string;

  async begin(): Promise<void> {
    const systems = await buildNamedSystems({ one: {}, two: {} });
    [this.running, this.next] = [systems.one, systems.two];
    this.lab = await Lab.create();
    this.host = await this.lab.host({ shape: 'plain' });
    await this.host.install(this.running);
    await this.host.copyClosure(this.next);
    this.session = new SupervisorSession(this.host);
    this.tree = await this.host.treeHash();
  }

  /** The header of a `start` that would succeed, with some values changed or left out. */
  start(change: { readonly [key: string]: string | number | undefined } = {}): Header {
    const header = {
      id: randomId(),
      toplevel: this.next,
      'expected-running': this.running,
      goal: 'switch',
      'activation-seconds': 20,
      'confirm-seconds': 20,
      'settle-seconds': 0,
      nonce: randomId(),
      'files-digest': 'none',
      ...change,
    };
    return Object.entries(header).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  }

  async expectUntouched(): Promise<void> {
    expect(await this.host.treeHash()).toBe(this.tree);
    expect((await this.host.exec('ls /run/cdktf-nixos')).stdout).toBe('');
  }
}
