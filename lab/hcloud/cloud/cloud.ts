import { stockImages } from '../catalog/stock-images';
import { Collection } from './collection';
import { Actions } from './actions';
import type { Faults } from './faults';
import { History } from './history';
import type { Machines } from '../machines/machine';
import type { Entity } from '../entities/entity';
import type { Firewall } from '../entities/firewall';
import type { Image } from '../entities/image';
import type { LoadBalancer } from '../entities/load-balancer';
import type { Network } from '../entities/network';
import type { PlacementGroup } from '../entities/placement-group';
import type { PrimaryIp } from '../entities/primary-ip';
import type { Server } from '../entities/server';
import type { SshKey } from '../entities/ssh-key';
import type { Volume } from '../entities/volume';

/** Below are the ids of what the cloud itself has. */
const FIRST_ID = 1_000_000;

/** One project of the cloud. */
export class Cloud {
  readonly history = new History();
  readonly actions: Actions;
  readonly sshKeys: Collection<SshKey>;
  readonly images: Collection<Image>;
  readonly primaryIps: Collection<PrimaryIp>;
  readonly networks: Collection<Network>;
  readonly firewalls: Collection<Firewall>;
  readonly placementGroups: Collection<PlacementGroup>;
  readonly volumes: Collection<Volume>;
  readonly loadBalancers: Collection<LoadBalancer>;
  readonly servers: Collection<Server>;
  /** Images of the cloud itself; `images` has the project's. */
  readonly stock: readonly Image[] = stockImages();
  private id = FIRST_ID;

  /** @param actionMilliseconds how long an action takes */
  constructor(
    readonly machines: Machines,
    actionMilliseconds: number,
    faults: Faults,
  ) {
    const nextId = () => ++this.id;
    const collection = <T extends Entity>(type: string, noun: string) =>
      new Collection<T>(type, noun, nextId, this.history);
    this.actions = new Actions(actionMilliseconds, faults, nextId);
    this.sshKeys = collection('ssh_keys', 'SSH key');
    this.images = collection('images', 'image');
    this.primaryIps = collection('primary_ips', 'primary IP');
    this.networks = collection('networks', 'network');
    this.firewalls = collection('firewalls', 'firewall');
    this.placementGroups = collection('placement_groups', 'placement group');
    this.volumes = collection('volumes', 'volume');
    this.loadBalancers = collection('load_balancers', 'load balancer');
    this.servers = collection('servers', 'server');
  }
}
