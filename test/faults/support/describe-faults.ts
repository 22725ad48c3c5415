import { afterAll, beforeAll, it } from 'vitest';
import { Lab, type Shape } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { TABLE } from '../table';
import type { Fault } from './fault';
import { play, systemsOf } from './play';
import { Systems } from './systems';

/** `all` plays each fault on every shape that it applies to; otherwise a part of them, on one shape each. */
const ALL = process.env.FAULTS === 'all';
const TEST_MILLISECONDS = Number(process.env.FAULT_SECONDS ?? 240) * 1000;

/** The table's tests for one shape of host. */
export function describeFaults(shape: Shape): void {
  const faults = TABLE.filter(({ shapes, rare }) => (ALL ? shapes.includes(shape) : shapes[0] === shape && !rare));
  describeWithLab(`faults on a ${shape} host`, () => {
    let lab: Lab;
    let systems: Systems;

    beforeAll(async () => {
      [lab, systems] = await Promise.all([Lab.create(), Systems.build(faults.flatMap(systemsOf))]);
    }, TEST_MILLISECONDS);

    afterAll(async () => {
      await systems?.end();
      await lab?.destroy();
    });

    it.each(faults.map((fault) => [sentence(fault), fault] as const))(
      '%s',
      (_, fault) => play(lab, systems, fault, shape),
      TEST_MILLISECONDS,
    );
  });
}

/** The fault, and what the host does about it. */
function sentence({ name, outcome }: Fault): string {
  if (outcome.runs === 'wanted') return `${name}: the host keeps the new system`;
  return `${name}: the host ${outcome.state === 'rolled-back' ? 'rolls back to' : 'keeps'} the old system`;
}
