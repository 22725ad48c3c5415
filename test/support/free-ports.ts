import { createServer } from 'node:net';

const TRIES = 100;
const LOWEST = 20_000;
const HIGHEST = 64_000;

/** Ports of this machine from which each of these distances leads to a free port. */
export async function freePorts(count: number, distances: readonly number[]): Promise<number[]> {
  const found: number[] = [];
  for (let tries = 0; found.length < count; tries++) {
    if (tries > TRIES) throw new Error(`no ${count} ports of this machine have free ones at ${distances.join(', ')}`);
    const first = LOWEST + Math.floor((Math.random() * (HIGHEST - LOWEST)) / 1000) * 1000;
    if (!found.includes(first) && (await allFree(distances.map((distance) => first + distance)))) found.push(first);
  }
  return found;
}

async function allFree(ports: readonly number[]): Promise<boolean> {
  return (await Promise.all(ports.map(isFree))).every((free) => free);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
