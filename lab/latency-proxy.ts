import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { LabHost } from './host/lab-host';

/**
 * A far-away host: a port of this machine that forwards to a host's sshd, and lets each byte travel for some time in each
 * direction. (The kernel's own way, netem, is missing on many machines.)
 */
export class LatencyProxy {
  /** @param delayMs one way; a round trip takes twice as long */
  static async start(host: LabHost, delayMs: number): Promise<LatencyProxy> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ host: host.address, port: host.port, allowHalfOpen: true, noDelay: true });
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket
          .once('close', () => sockets.delete(socket))
          .on('error', () => [near, far].forEach((end) => end.destroy()));
      }
      forward(near.setNoDelay(), far, delayMs);
      forward(far, near, delayMs);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LatencyProxy(server, sockets);
  }

  readonly address = '127.0.0.1';

  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
  ) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Drops everything on the open connections from now on, without closing them. */
  freeze(): void {
    for (const socket of this.sockets) socket.removeAllListeners('data').pause();
  }

  /** Ends all connections and the port. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function forward(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), delayMs));
  from.once('end', () => setTimeout(() => to.end(), delayMs));
}
