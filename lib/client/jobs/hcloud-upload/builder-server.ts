import type { HcloudUploadJob } from '../../../job/hcloud-fields';
import { LABELS, type Labels, YES } from '../../../job/hcloud-labels';
import type { HcloudApi } from '../../hcloud/api';
import { HcloudError } from '../../hcloud/api-error';
import type { Action, Server, SshKey } from '../../hcloud/objects';
import type { Report } from '../../report/report';
import { builderOffers, type Offer } from './builder-type';
import { uploadError } from './explained';

const ACTION_SECONDS = 300;
/** Another offer may work. */
const TAKEN: readonly string[] = ['resource_unavailable', 'placement_error', 'unsupported_location_for_server_type'];
/** How many offers are tried. */
const MAX_OFFERS = 6;

interface Created {
  readonly server: Server;
  readonly action: Action;
  readonly next_actions?: readonly Action[];
}

export function builderLabels(job: HcloudUploadJob): Labels {
  return {
    [LABELS.owner]: job.owner,
    [LABELS.image]: job.image,
    [LABELS.content]: job.content,
    [LABELS.state]: job.state,
    [LABELS.upload]: job.upload,
  };
}

/** The temporary server whose disk becomes the image, and the ssh key for it. */
export class BuilderServer {
  private readonly name: string;
  private readonly labels: Labels;
  private server: Server | undefined;
  private key: SshKey | undefined;
  private isWritten = false;
  private isClosed = false;
  /** A request that may make something: nothing can be cleaned up before it ends. */
  private pending: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly job: HcloudUploadJob,
    private readonly api: HcloudApi,
    private readonly report: Report,
  ) {
    // Names are unique in a project, and several applies may work in one.
    this.name = `cdktf-nixos-${job.upload.slice(0, 20)}`;
    this.labels = builderLabels(job);
  }

  get id(): number {
    return (this.server as Server).id;
  }

  /** Makes the server and boots its rescue system. Returns the address. @throws HcloudError */
  async start(bytes: number, publicKey: string): Promise<string> {
    const { architecture, location } = this.job;
    const offers = await builderOffers(this.api, { architecture, location: location ?? undefined, bytes });
    const systemImage = await this.systemImage();
    const key = { name: this.name, public_key: publicKey, labels: this.labels };
    this.key = (await this.make<{ readonly ssh_key: SshKey }>('ssh_keys', key)).ssh_key;
    const { server, action, next_actions = [] } = await this.makeServer(offers, systemImage);
    this.server = server;
    this.report.relay('server', `made ${server.id} (${this.name}), which is deleted after the upload`);
    for (const one of [action, ...next_actions]) await this.api.finish(one, ACTION_SECONDS);
    await this.act('enable_rescue', { type: 'linux64', ssh_keys: [this.key.id] });
    await this.act('poweron');
    const address = server.public_net.ipv4?.ip;
    if (address === undefined) throw uploadError('the server has no IPv4 address', 'apply again');
    return address;
  }

  /** Switches it off; from now on it belongs to the snapshot. @throws HcloudError */
  async keepWritten(): Promise<void> {
    await this.act('poweroff');
    await this.api.put(`/servers/${this.id}`, { labels: { ...this.labels, [LABELS.written]: YES } });
    this.isWritten = true;
  }

  /** Deletes what is not needed any more. A failure is reported and not thrown. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.pending.catch(() => undefined);
    if (!this.isWritten) await this.remove('server', 'servers', this.server);
    await this.remove('ssh key', 'ssh_keys', this.key);
  }

  /** Any system will do: it is overwritten. */
  private async systemImage(): Promise<number> {
    const query = { type: 'system', status: 'available', architecture: this.job.architecture, sort: 'name:asc' };
    const images = await this.api.list<{ readonly id: number; readonly deprecated?: string | null }>('images', query);
    const image = images.find(({ deprecated }) => deprecated === null || deprecated === undefined);
    if (image === undefined) throw uploadError('Hetzner offers no system image to begin with', 'apply again later');
    return image.id;
  }

  private async makeServer(offers: readonly Offer[], image: number): Promise<Created> {
    for (const [i, { serverType, location }] of offers.slice(0, MAX_OFFERS).entries()) {
      try {
        return await this.make<Created>('servers', {
          name: this.name,
          server_type: serverType,
          location,
          image,
          ssh_keys: [this.key?.id],
          labels: this.labels,
          start_after_create: false,
        });
      } catch (error) {
        const isLast = i === Math.min(offers.length, MAX_OFFERS) - 1;
        if (isLast || !(error instanceof HcloudError) || !TAKEN.includes(error.code)) throw error;
        this.report.relay('server', `no ${serverType} in ${location} at the moment; trying another one`);
      }
    }
    throw uploadError('no server can be made', 'apply again later');
  }

  private make<Reply>(collection: string, body: object): Promise<Reply> {
    if (this.isClosed) throw uploadError('the upload was interrupted', 'apply again');
    const made = this.makeOnce<Reply>(collection, body);
    this.pending = made.then((reply) => this.learn(reply as Partial<Created> & { readonly ssh_key?: SshKey }));
    return made;
  }

  /** A request whose fate is unknown may have made it: the name is unique. */
  private async makeOnce<Reply>(collection: string, body: object): Promise<Reply> {
    try {
      return await this.api.post<Reply>(`/${collection}`, body);
    } catch (error) {
      if (!(error instanceof HcloudError) || !error.isUnclear) throw error;
      for (const object of await this.api.list<{ readonly id: number }>(collection, { name: this.name })) {
        await this.api.delete(`/${collection}/${object.id}`);
      }
      return this.api.post<Reply>(`/${collection}`, body);
    }
  }

  private learn({ server, ssh_key }: { readonly server?: Server; readonly ssh_key?: SshKey }): void {
    this.server ??= server;
    this.key ??= ssh_key;
  }

  private async act(action: string, body: object = {}): Promise<void> {
    const path = `/servers/${this.id}/actions/${action}`;
    const { action: started } = await this.api.post<{ readonly action: Action }>(path, body);
    await this.api.finish(started, ACTION_SECONDS);
  }

  private async remove(kind: string, collection: string, object: { readonly id: number } | undefined): Promise<void> {
    if (object === undefined) return;
    try {
      await this.api.delete(`/${collection}/${object.id}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.report.relay('clean up', `${kind} ${object.id} is left for the next apply to delete: ${reason}`);
    }
  }
}
