import { randomBytes } from 'node:crypto';
import { HttpServer, type Answered } from './api/http-server';
import { RateLimit } from './api/rate-limit';
import { Router, type Route } from './api/router';
import { Cloud } from './cloud/cloud';
import { Faults } from './cloud/faults';
import type { Made } from './cloud/history';
import type { Machines } from './machines/machine';
import { NoMachines } from './machines/no-machines';
import { actionRoutes } from './resources/action-routes';
import { catalogRoutes } from './resources/catalog-routes';
import { firewallRoutes } from './resources/firewall';
import { imageRoutes } from './resources/image';
import { loadBalancerRoutes } from './resources/load-balancer';
import { networkRoutes } from './resources/network';
import { placementGroupRoutes } from './resources/placement-group';
import { primaryIpRoutes } from './resources/primary-ip';
import { serverRoutes } from './resources/server';
import { sshKeyRoutes } from './resources/ssh-key';
import { volumeRoutes } from './resources/volume';

/** A token of Hetzner's has so many characters, and the provider counts them. */
const TOKEN_BYTES = 32;
const ACTION_MILLISECONDS = 100;
/** What Hetzner allows a project. */
const REQUESTS_PER_HOUR = 3600;

export interface HcloudDoubleOptions {
  /** What servers run on. @default - nothing: they exist in the API only */
  readonly machines?: Machines;
  /** How long an action takes, besides the time that a machine needs for it. @default 100 */
  readonly actionMilliseconds?: number;
  /** Requests that are left at the start, and that come back within an hour. @default 3600 */
  readonly requestsPerHour?: number;
}

/** A stand-in for the API of Hetzner Cloud with one project that is empty at first. */
export class HcloudDouble {
  static async start(options: HcloudDoubleOptions = {}): Promise<HcloudDouble> {
    const faults = new Faults();
    const cloud = new Cloud(
      options.machines ?? new NoMachines(),
      options.actionMilliseconds ?? ACTION_MILLISECONDS,
      faults,
    );
    const token = randomBytes(TOKEN_BYTES).toString('hex');
    const rateLimit = new RateLimit(options.requestsPerHour ?? REQUESTS_PER_HOUR);
    const server = new HttpServer(new Router(routesOf(cloud)), token, rateLimit, faults);
    return new HcloudDouble(await server.listen(), token, faults, cloud, server);
  }

  private constructor(
    /** For `HCLOUD_ENDPOINT`. */
    readonly endpoint: string,
    /** For `HCLOUD_TOKEN`. */
    readonly token: string,
    /** What goes wrong from now on. */
    readonly faults: Faults,
    private readonly cloud: Cloud,
    private readonly server: HttpServer,
  ) {}

  /** The environment that leads the provider, the `hcloud` client and our jobs here. */
  get environment(): { readonly HCLOUD_ENDPOINT: string; readonly HCLOUD_TOKEN: string } {
    return { HCLOUD_ENDPOINT: this.endpoint, HCLOUD_TOKEN: this.token };
  }

  /** All that was ever made, and when it ended. */
  get everMade(): readonly Made[] {
    return this.cloud.history.everMade;
  }

  /** What was made and has not ended. */
  get left(): readonly Made[] {
    return this.everMade.filter(({ ended }) => ended === undefined);
  }

  /** Every request and its answer. */
  get requests(): readonly Answered[] {
    return this.server.answered;
  }

  /** Ends the API. What servers run on is ended by who made it. */
  async stop(): Promise<void> {
    await this.server.close();
    await this.cloud.actions.close();
  }
}

function routesOf(cloud: Cloud): Route[] {
  return [
    ...catalogRoutes(),
    ...sshKeyRoutes(cloud),
    ...imageRoutes(cloud),
    ...primaryIpRoutes(cloud),
    ...networkRoutes(cloud),
    ...firewallRoutes(cloud),
    ...placementGroupRoutes(cloud),
    ...volumeRoutes(cloud),
    ...loadBalancerRoutes(cloud),
    ...serverRoutes(cloud),
    ...actionRoutes(cloud.actions),
  ];
}
