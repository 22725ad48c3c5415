import type { SshConnection } from '../../job/job';
import type { LinkFailure } from './link-failure';
import type { Password } from './password-dialog';
import { SshLink } from './ssh-link';
import { SupervisorChannel } from './supervisor-channel';
import type { Workspace } from './workspace';

const CALL_SECONDS = 60;

/** The public halves of a host's keys. */
export interface KeysOfHost {
  readonly key: string;
  /** The lasting key, while it waits to be taken. */
  readonly nextKey?: string;
}

/** A session with a host that has not got its lasting key, or only just. Verbs throw Refusal, NoReply or LinkFailure. */
export class NewHost {
  private readonly link: SshLink;
  private readonly channel: SupervisorChannel;

  /**
   * Not connected yet. Without a host key in the connection, any key is believed.
   *
   * @param folder holds supervisor.sh
   * @param password for sudo, if it needs one
   */
  constructor(connection: SshConnection, workspace: Workspace, folder: string, password?: Password) {
    this.link = new SshLink(connection, workspace, connection.hostKeys.length === 0);
    this.channel = SupervisorChannel.over(this.link, connection, folder, password);
  }

  /** Logs in, and waits for a host that does not reply yet. @throws LinkFailure */
  connect(onRetry: (failure: LinkFailure, secondsLeft: number) => void): Promise<void> {
    return this.link.open(onRetry);
  }

  /** The key that was believed. */
  get learnedKey(): string {
    return this.link.learnedKey;
  }

  close(): Promise<void> {
    return this.link.close();
  }

  async keys(): Promise<KeysOfHost> {
    const reply = await this.channel.call({ verb: 'hostkey', timeoutSeconds: CALL_SECONDS });
    return { key: reply.get('key') ?? '', nextKey: reply.get('next-key') };
  }

  /** Brings a lasting key that somebody else made. It is not taken yet. */
  async give(publicKey: string, privateKey: Buffer): Promise<void> {
    await this.channel.call({
      verb: 'givekey',
      header: [
        ['public-key', publicKey],
        ['length', privateKey.length],
      ],
      payload: privateKey,
      timeoutSeconds: CALL_SECONDS,
    });
  }

  /** From now on new connections are shown this key. */
  async take(publicKey: string): Promise<void> {
    const header = [['public-key', publicKey] as const];
    await this.channel.call({ verb: 'takekey', header, timeoutSeconds: CALL_SECONDS });
  }
}
