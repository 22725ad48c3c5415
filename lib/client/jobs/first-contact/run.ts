import { setTimeout as pause } from 'node:timers/promises';
import type { JobCheckedKey } from '../../../job/first-contact';
import type { SshConnection } from '../../../job/job';
import { ed25519KeyProblem } from '../../../validation/public-key';
import { connecting, DeployError, LinkFailure, type NewHost, type Report } from '../../kit';
import { bootstrapKey, fingerprint } from './ed25519';
import type { KeyRecord } from './key-record';
import { type Accepted, explainRefused } from './refusal';

/** sshd reads its key anew when it is told to: for a moment it still shows the old one. */
const RELOAD_SECONDS = 15;
const RELOAD_POLL_MILLISECONDS = 250;

/** What a run needs besides its job. */
export interface FirstContactTools {
  readonly connection: SshConnection;
  readonly report: Report;
  readonly record: KeyRecord;
  /** A session that accepts one key of the host, not connected yet. Only one is used at a time. */
  readonly session: (hostKey: string) => NewHost;
  /** The file of the private half of a key that the user holds. */
  readonly heldKey: () => Promise<Buffer>;
}

/**
 * The first contact with one host. What it does is decided by what the record has and by the key that the host shows, so that
 * it ends the same however often it was cut off before.
 */
export class FirstContactRun {
  private readonly bootstrap: string;

  constructor(
    private readonly hostKey: JobCheckedKey,
    private readonly tools: FirstContactTools,
  ) {
    this.bootstrap = bootstrapKey(hostKey.seed);
  }

  /** @throws DeployError or another failure that the client can explain, when the host has no lasting key that is recorded */
  async run(): Promise<void> {
    const { record, report, connection } = this.tools;
    const recorded = await record.read();
    const confirmed = recorded?.state === 'confirmed';
    const accepted = { lasting: recorded?.publicKey, bootstrap: confirmed ? undefined : this.bootstrap };
    const onRetry = connecting(report, connection);
    const lasting = (await this.lastingKeyShown(accepted, onRetry)) ?? (await this.changeKey(accepted, onRetry));
    if (!confirmed) await record.write({ state: 'confirmed', publicKey: lasting });
    report.done(
      'first-contact',
      `the host has its lasting key ${fingerprint(lasting)}; its bootstrap key is not accepted any more`,
    );
  }

  /** The lasting key, if an earlier run got so far that the host shows it. */
  private async lastingKeyShown({ lasting, bootstrap }: Accepted, onRetry: OnRetry): Promise<string | undefined> {
    if (lasting === undefined) return undefined;
    const host = this.tools.session(lasting);
    try {
      await host.connect(onRetry);
      return lasting;
    } catch (error) {
      const isNew = bootstrap !== undefined && error instanceof LinkFailure && error.kind === 'host-key';
      if (isNew) return undefined;
      throw explainRefused(error, { lasting, bootstrap });
    } finally {
      await host.close();
    }
  }

  /** Over a login that the bootstrap key has checked. */
  private async changeKey(accepted: Accepted, onRetry: OnRetry): Promise<string> {
    const { report, record } = this.tools;
    const host = this.tools.session(this.bootstrap);
    let lasting: string;
    try {
      await host.connect(onRetry).catch((error: unknown) => {
        throw explainRefused(error, accepted);
      });
      report.relay('login', `the host showed the bootstrap key ${fingerprint(this.bootstrap)} of its user data`);
      lasting = await this.lastingKeyOn(host);
      // Before the host takes it: otherwise nobody would know the host after a failure in between.
      await record.write({ state: 'pending', publicKey: lasting });
      await host.take(lasting);
    } finally {
      await host.close();
    }
    await this.prove(lasting);
    return lasting;
  }

  /** The key that the host is to take. It has it when this returns. */
  private async lastingKeyOn(host: NewHost): Promise<string> {
    const { hostKey } = this;
    const { key, nextKey } = await host.keys();
    // Taken, and cut off before sshd was told.
    const ready = nextKey ?? (key === this.bootstrap ? undefined : key);
    if (hostKey.kind === 'made') return madeKey(ready);
    if (ready !== hostKey.publicKey) await host.give(hostKey.publicKey, await this.tools.heldKey());
    return hostKey.publicKey;
  }

  /** A new login that accepts nothing but the lasting key. */
  private async prove(lasting: string): Promise<void> {
    const deadline = Date.now() + RELOAD_SECONDS * 1000;
    for (;;) {
      const host = this.tools.session(lasting);
      try {
        return await host.connect(() => undefined);
      } catch (error) {
        const mayChange = error instanceof LinkFailure && error.kind === 'host-key' && Date.now() < deadline;
        if (!mayChange) throw explainRefused(error, { lasting });
      } finally {
        await host.close();
      }
      await pause(RELOAD_POLL_MILLISECONDS);
    }
  }
}

type OnRetry = Parameters<NewHost['connect']>[0];

function madeKey(key: string | undefined): string {
  if (key !== undefined && ed25519KeyProblem(key) === undefined) return key;
  throw DeployError.of('no-first-boot', { detail: 'the host has prepared no lasting key', host: 'was not changed' });
}
