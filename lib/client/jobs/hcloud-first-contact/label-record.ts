import { HOST_KEY_LABEL } from '../../../job/hcloud-host-key';
import { type RecordedKey, recordedKey, recordLabel } from '../../../job/recorded-key';
import type { HcloudApi } from '../../hcloud/api';
import { HcloudError } from '../../hcloud/api-error';
import type { Server } from '../../hcloud/objects';
import { DeployError, ExitStatus } from '../../kit';
import type { KeyRecord } from '../first-contact/key-record';

/** The record of a host's key in a label of its server. */
export class LabelRecord implements KeyRecord {
  constructor(
    private readonly api: HcloudApi,
    private readonly server: string,
  ) {}

  async read(): Promise<RecordedKey | undefined> {
    const { labels } = await this.asked('was not changed', () => this.find());
    return recordedKey(labels[HOST_KEY_LABEL] ?? '');
  }

  async write(key: RecordedKey): Promise<void> {
    const host = key.state === 'confirmed' ? 'has its lasting key, and the next apply records it' : 'was not changed';
    await this.asked(host, async () => {
      // Hetzner replaces all labels at once.
      const { labels } = await this.find();
      await this.api.put(this.path, { labels: { ...labels, [HOST_KEY_LABEL]: recordLabel(key) } });
    });
  }

  private get path(): string {
    return `/servers/${this.server}`;
  }

  private async find(): Promise<Server> {
    return (await this.api.get<{ readonly server: Server }>(this.path)).server;
  }

  /** @param host what is true of it when Hetzner refuses */
  private async asked<Answer>(host: string, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof HcloudError)) throw error;
      const { message: what, fix } = error;
      throw new DeployError({ status: ExitStatus.FAILED, what, host, fix });
    }
  }
}
