import { ordinary, type Configuration, Systems } from '../faults/support/systems';
import type { OtherSystems } from './event';
import { PHASES, type Way } from './phase';

/** So that the switch back to any of them lasts for a while, too. */
const SLOW = { faults: { activationSeconds: 1 } };
/** What hosts run before and after. There are two, so one of them is always new to a host. */
const ORDINARY = ['first', 'second'].map((version) => [ordinary(version), SLOW]);
const RIVAL = [ordinary('rival')];
const FOREIGN = [ordinary('foreign')];

/** All systems of a chaos, built once. */
export class ChaosSystems {
  static async build(): Promise<ChaosSystems> {
    const wanted = PHASES.flatMap(({ ways }) => ways.map(modulesOf));
    return new ChaosSystems(await Systems.build([...ORDINARY, RIVAL, FOREIGN, ...wanted]));
  }

  readonly others: OtherSystems;

  private constructor(private readonly systems: Systems) {
    this.others = { rival: systems.toplevel(RIVAL), foreign: systems.toplevel(FOREIGN) };
  }

  /** What a host gets first. */
  get first(): string {
    return this.systems.toplevel(ORDINARY[0]!);
  }

  /** An ordinary system, another than this one. */
  after(toplevel: string): string {
    return this.systems.toplevel(ORDINARY[toplevel === this.first ? 1 : 0]!);
  }

  /** What is deployed while something strikes. */
  wanted(way: Way): string {
    return this.systems.toplevel(modulesOf(way));
  }

  end(): Promise<void> {
    return this.systems.end();
  }
}

function modulesOf({ wanted }: Way): Configuration[] {
  return [ordinary('wanted'), wanted];
}
