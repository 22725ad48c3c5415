import type { HcloudProtocol } from './hcloud-protocol';

/** Traffic that a server's firewall lets in. What no rule lets in is dropped; replies and outgoing traffic always pass. */
export interface HcloudFirewallRule {
  /** Networks or addresses: `0.0.0.0/0` and `::/0` for everybody. May hold Terraform tokens. */
  readonly from: string[];
  /**
   * A port, or a range: `443`, `8000-8999`.
   * @default - all ports of the protocol
   */
  readonly port?: string;
  /** @default HcloudProtocol.TCP */
  readonly protocol?: HcloudProtocol;
  /**
   * What it is for, shown in Hetzner's console.
   * @default - nothing
   */
  readonly description?: string;
}
