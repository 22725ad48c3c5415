import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 10;

/** Asks again until the answer is neither undefined nor false. @throws Error that names `what` after the time limit */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await sleep(INTERVAL_MS);
  }
}

/** The process below `pid` that is PID 1 of a PID namespace `depth` levels below this one, once it is there. */
export function initBelow(pid: number | undefined, depth: number): number | undefined {
  if (pid === undefined) return undefined;
  for (const child of children(pid)) {
    const namespaced = namespacedPids(child);
    if (namespaced.length === depth + 1 && namespaced.at(-1) === '1') return child;
    const below = initBelow(child, depth);
    if (below !== undefined) return below;
  }
  return undefined;
}

function children(pid: number): number[] {
  return words(`/proc/${pid}/task/${pid}/children`, /^(.*)$/).map(Number);
}

/** A process' PID in each namespace that it is in, outermost first. */
function namespacedPids(pid: number): string[] {
  return words(`/proc/${pid}/status`, /^NSpid:(.*)$/m);
}

/** The words that the pattern finds; an empty list if the process has just ended. */
function words(file: string, pattern: RegExp): string[] {
  try {
    return (pattern.exec(readFileSync(file, 'utf8'))?.[1] ?? '').split(/\s+/).filter((word) => word !== '');
  } catch {
    return [];
  }
}

/** @returns whether a TCP server accepts a connection within a fifth of a second */
export function reachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 200 });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .once('connect', () => done(true))
      .once('error', () => done(false))
      .once('timeout', () => done(false));
  });
}
