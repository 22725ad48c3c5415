/** The names that addresses have in the DNS. */
export class DnsNames {
  private readonly names = new Map<string, string>();

  /** @param ipv4 has a name from the beginning */
  constructor(private readonly ipv4?: string) {
    if (ipv4 !== undefined) this.set(ipv4);
  }

  get list(): readonly { readonly ip: string; readonly dns_ptr: string }[] {
    return [...this.names].map(([ip, dns_ptr]) => ({ ip, dns_ptr }));
  }

  of(ip: string): string {
    return this.names.get(ip) ?? '';
  }

  /** @param name undefined: the one from the beginning, or none */
  set(ip: string, name?: string): void {
    if (name !== undefined) {
      this.names.set(ip, name);
    } else if (ip === this.ipv4) {
      this.names.set(ip, `static.${ip.split('.').reverse().join('.')}.clients.your-server.de`);
    } else {
      this.names.delete(ip);
    }
  }
}
