import { expect } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { look } from './look';
import type { Scene } from './scene';

/** How long something may take to be gone after its end: a session of sshd, a unit that stops, the janitor of a killed client. */
const GONE_SECONDS = 10;

export interface HostExpectation {
  /** Runs, is the profile's and boots; `/etc` and the services are as that system has them. */
  readonly system: string;
  /** Boots another one: only between a power cut and the next deployment. @default - `system` */
  readonly boots?: string;
  readonly profile?: string;
  /** The profile's generation; no other must have been made, or it was removed. @default - any */
  readonly generation?: string;
  /** State of the last transaction in the journal; '' without a journal. */
  readonly state: string;
  /** Roots and files of a transaction that was cut off before it began stay until the next deployment. @default 'none' */
  readonly roots?: 'none' | 'any';
  /** Files that were being written when their disk stopped answering. @default - none */
  readonly temporary?: readonly string[];
  /** Connections that the host can't know to be dead. @default 'none' */
  readonly sessions?: 'none' | 'any';
  /** How long the host may take to decide. @default 0: it has */
  readonly seconds?: number;
}

/** The one assertion of all faults: the host runs and boots the expected system, and no leftovers are here or there. */
export async function expectHost(scene: Scene, expected: HostExpectation): Promise<void> {
  const wanted = {
    running: expected.system,
    profile: expected.profile ?? expected.system,
    boots: expected.boots ?? expected.system,
    state: expected.state,
    etc: [],
    services: [],
    damaged: [],
    units: [],
    temporary: expected.temporary ?? [],
    processes: scene.before.processes,
    lock: 'free',
    deployer: [],
    ...(expected.generation !== undefined && {
      generation: expected.generation,
      generations: scene.before.generations,
    }),
    ...((expected.roots ?? 'none') === 'none' && { roots: [], files: [] }),
    ...((expected.sessions ?? 'none') === 'none' && { sessions: [] }),
  };
  let seen = await look(scene);
  const end = Date.now() + ((expected.seconds ?? 0) + GONE_SECONDS) * 1000;
  for (; Date.now() < end; seen = await look(scene)) {
    if (isWhole(seen, wanted)) break;
    await pause(200);
  }
  expect(seen).toMatchObject(wanted);
}

function isWhole(seen: object, wanted: object): boolean {
  return Object.entries(wanted).every(
    ([key, value]) => JSON.stringify((seen as { [key: string]: unknown })[key]) === JSON.stringify(value),
  );
}
