import { expect } from 'vitest';
import type { Lab, Shape } from '../../../lab';
import { expectHost } from './expect-host';
import type { Fault, Outcome } from './fault';
import type { RunEnd } from './run';
import { ORDINARY, Scene } from './scene';
import { type Configuration, ordinary, type Systems } from './systems';

const ROLES = ['old', 'wanted', 'next'] as const;

/** The three systems of a fault, each as a list of modules. */
export function systemsOf(fault: Fault): Configuration[][] {
  return ROLES.map((role) => modulesOf(fault, role));
}

function modulesOf(fault: Fault, role: (typeof ROLES)[number]): Configuration[] {
  return [ordinary(role), fault[role] ?? {}];
}

/** Lets a fault strike a host of the given shape, and holds the host, the message and the next deployment against the table. */
export async function play(lab: Lab, systems: Systems, fault: Fault, shape: Shape): Promise<void> {
  const [old, wanted, next] = systemsOf(fault).map((modules) => systems.toplevel(modules)) as [string, string, string];
  const scene = await Scene.create(lab, {
    ...fault,
    shape,
    systems: { old, wanted, next },
  });
  try {
    await fault.prepare?.(scene);
    await scene.lookBefore();
    const run = (await fault.start?.(scene)) ?? (await scene.deploy());
    await fault.strike?.(scene, run);
    const end = await run.end();
    expectMessage(scene, fault.outcome, end);
    await expectOutcome(scene, fault.outcome);
    await fault.check?.(scene);
    await fault.repair?.(scene);
    // What a deployment that never began has left for its repetition is dropped after a day.
    if (fault.outcome.roots === 'any') await scene.ageLeftovers();
    await expectNextDeployment(scene, fault.outcome.sessions);
  } finally {
    await scene.end();
  }
}

async function expectOutcome(scene: Scene, outcome: Outcome): Promise<void> {
  const { runs, profile = runs, boots = runs, state, roots, temporary, sessions } = outcome;
  const { systems } = scene;
  await expectHost(scene, {
    system: systems[runs],
    profile: systems[profile],
    boots: systems[boots],
    state,
    // A rollback ends at exactly the previous generation.
    generation: outcome.state === 'rolled-back' ? scene.before.generation : undefined,
    roots,
    temporary,
    sessions,
    // A client that came to its end has waited for the host's decision.
    seconds: outcome.says === undefined ? scene.decisionSeconds : 0,
  });
}

/** A failure ends with three lines, once each: what happened, what the host runs now (which is true), what to do. */
function expectMessage(scene: Scene, outcome: Outcome, end: RunEnd): void {
  const text = end.lines.join('\n');
  expect(end.status, text).toBe(outcome.status);
  if (outcome.says === undefined) return;
  const said = (label: string) => end.lines.flatMap((line) => line.split(`web: ${label}: `).slice(1));
  expect(said('failed').length, text).toBe(1);
  expect(said('failed')[0], text).toMatch(outcome.says.failed);
  expect(said('host')[0], text).toMatch(outcome.says.host);
  expect(said('host')[0], text).toContain(scene.systems[outcome.runs]);
  expect(said('to do')[0], text).toMatch(outcome.says.toDo);
}

/** The way is free: an ordinary deployment needs two logins with its one proof, and leaves an ordinary host. */
async function expectNextDeployment(scene: Scene, sessions: Outcome['sessions']): Promise<void> {
  await scene.operator.openGate();
  const before = await scene.host.logins();
  const run = await scene.deploy(scene.systems.next, ORDINARY);
  const end = await run.end();
  expect(end.status, end.lines.join('\n')).toBe(0);
  await expectHost(scene, { system: scene.systems.next, state: 'committed', sessions });
  expect((await scene.host.logins()) - before, end.lines.join('\n')).toBe(2);
}
