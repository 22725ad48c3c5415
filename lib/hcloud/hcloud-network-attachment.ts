/** A private network that a server is in. */
export interface HcloudNetworkAttachment {
  /** The id of the subnet: `NetworkSubnet.id`. May be a Terraform token. */
  readonly subnetId: string;
  /**
   * A fixed address in the subnet. Hetzner changes it by detaching the server and attaching it again.
   * @default - Hetzner chooses one, and the server keeps it
   */
  readonly ip?: string;
  /**
   * More addresses of the subnet that lead to the server.
   * @default - none
   */
  readonly aliasIps?: string[];
}
