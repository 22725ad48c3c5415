import type { Entity } from './entity';

export interface FirewallRule {
  readonly direction: string;
  readonly protocol: string;
  readonly port: string | null;
  readonly source_ips: readonly string[];
  readonly destination_ips: readonly string[];
  readonly description: string | null;
}

/** Rules for servers. */
export interface Firewall extends Entity {
  rules: readonly FirewallRule[];
  readonly servers: Set<number>;
  readonly selectors: Set<string>;
}
