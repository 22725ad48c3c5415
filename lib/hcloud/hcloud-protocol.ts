/** A protocol that Hetzner's firewalls know. */
export class HcloudProtocol {
  static readonly TCP = new HcloudProtocol('tcp');
  static readonly UDP = new HcloudProtocol('udp');
  /** Ping and path MTU, for IPv4 and IPv6. */
  static readonly ICMP = new HcloudProtocol('icmp');
  static readonly GRE = new HcloudProtocol('gre');
  static readonly ESP = new HcloudProtocol('esp');

  private constructor(
    /** The word for it in Hetzner's API. */
    readonly name: string,
  ) {}
}

/** Those that have ports. */
export function hasPorts(protocol: string): boolean {
  return protocol === 'tcp' || protocol === 'udp';
}

export const PROTOCOLS = ['tcp', 'udp', 'icmp', 'gre', 'esp'];
