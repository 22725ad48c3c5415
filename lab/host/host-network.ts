import { mustRun } from '../command';

/** Runs scripts inside the host. */
export interface ScriptRunner {
  read(script: string): Promise<string>;
}

/** Faults of one host's network. Those that live in the host (packets dropped or reset) end with its next boot. */
export class HostNetwork {
  /** @param link the machine's end of the cable */
  constructor(
    private readonly host: ScriptRunner,
    readonly link: string,
  ) {}

  /** Drops all packets silently, as if a cable far away were cut. */
  async down(): Promise<void> {
    await this.host.read(
      `iptables -t raw -I PREROUTING -i eth0 -j DROP
       iptables -t raw -I OUTPUT -o eth0 -j DROP`,
    );
  }

  /** Client ports of the ssh connections that are open now, as both ends know them. */
  async connections(): Promise<number[]> {
    const lines = await this.host.read(`ss -Htn state established '( sport = :22 )' | awk '{ print $4 }'`);
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Number(line.slice(line.lastIndexOf(':') + 1)));
  }

  /** Drops the packets of this one connection silently, in both directions. */
  async dropConnection(clientPort: number): Promise<void> {
    await this.host.read(
      `iptables -t raw -I PREROUTING -p tcp --sport ${clientPort} --dport 22 -j DROP
       iptables -t raw -I OUTPUT -p tcp --sport 22 --dport ${clientPort} -j DROP`,
    );
  }

  /** Resets each connection to sshd that has carried more than this towards the host. */
  async resetAfter(bytes: number): Promise<void> {
    await this.host.read(
      `iptables -I INPUT -p tcp --dport 22 -m connbytes --connbytes ${bytes}: --connbytes-dir original --connbytes-mode bytes -j REJECT --reject-with tcp-reset`,
    );
  }

  /** The host's own firewall drops packets to sshd: all, or only those of connections that are not open yet. */
  async blockSsh(which: 'all' | 'new' = 'all'): Promise<void> {
    const match = which === 'new' ? '--syn' : '';
    await this.host.read(`iptables -t raw -I PREROUTING -p tcp --dport 22 ${match} -j DROP`);
  }

  /** Undoes `down`, `dropConnection`, `blockSsh` and `resetAfter`. */
  async unblock(): Promise<void> {
    await this.host.read(
      `iptables -t raw -F
       while iptables -D INPUT $(iptables -S INPUT | sed -n '/connbytes/{s/^-A INPUT//;p;q}') 2>/dev/null; do :; done`,
    );
  }

  /** Limits the rate of traffic to the host. @param kilobitsPerSecond 0: no limit */
  async limit(kilobitsPerSecond: number): Promise<void> {
    await mustRun('tc', ['qdisc', 'replace', 'dev', this.link, 'root', 'pfifo_fast']);
    if (kilobitsPerSecond > 0) {
      const rate = [`rate`, `${kilobitsPerSecond}kbit`, 'burst', '16kb', 'latency', '400ms'];
      await mustRun('tc', ['qdisc', 'replace', 'dev', this.link, 'root', 'tbf', ...rate]);
    }
  }
}
