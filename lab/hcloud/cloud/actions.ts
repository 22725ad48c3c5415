import { ApiError } from '../api/api-error';
import type { Faults } from './faults';

/** Something that an action is about. */
export interface ActionResource {
  readonly type: string;
  readonly id: number;
}

/** As the API shows it. */
export interface Action {
  readonly id: number;
  readonly command: string;
  status: 'running' | 'success' | 'error';
  progress: number;
  readonly started: string;
  finished: string | null;
  error: { readonly code: string; readonly message: string } | null;
  readonly resources: readonly ActionResource[];
}

/** One step of what the API does in the background. */
export interface Step {
  readonly command: string;
  readonly resources: readonly ActionResource[];
  /** What is done when its time is over. */
  readonly work?: () => void | Promise<void>;
  /** Whether nothing else may be done to the resources meanwhile. @default true */
  readonly locks?: boolean;
}

/** What takes time. As long as most actions run, their resources are locked. */
export class Actions {
  private readonly actions: Action[] = [];
  /** Ids of actions that lock nothing. */
  private readonly free = new Set<number>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly working = new Set<Promise<void>>();
  private closed = false;

  constructor(
    private readonly milliseconds: number,
    private readonly faults: Faults,
    private readonly nextId: () => number,
  ) {}

  start(command: string, resources: readonly ActionResource[], work?: Step['work']): Action {
    return this.chain([{ command, resources, work }])[0]!;
  }

  /** Starts an action that waits for nothing and that nothing waits for. */
  beside(command: string, resources: readonly ActionResource[], work: () => void): Action {
    return this.chain([{ command, resources, work, locks: false }])[0]!;
  }

  /** Actions that run one after the other. When one fails, the ones behind it fail too. */
  chain(steps: readonly Step[]): Action[] {
    const started = steps.map((step) => this.begin(step));
    void this.runAll(steps, started);
    return started;
  }

  all(): readonly Action[] {
    return this.actions;
  }

  get(id: number): Action {
    const action = this.actions.find((candidate) => candidate.id === id);
    if (action === undefined) throw ApiError.notFound(`action with ID '${id}'`);
    return action;
  }

  of(type: string, id: number): Action[] {
    return this.actions.filter(({ resources }) =>
      resources.some((resource) => resource.type === type && resource.id === id),
    );
  }

  isLocked(type: string, id: number): boolean {
    return this.of(type, id).some((action) => action.status === 'running' && !this.free.has(action.id));
  }

  /** @throws ApiError while an action runs. @param code `conflict` is what clients of the API try again */
  refuseLocked(type: string, id: number, code: 'locked' | 'conflict' = 'locked'): void {
    if (this.isLocked(type, id)) throw new ApiError(code, `${type} is locked, another action is running`);
  }

  /** Lets what is at work come to its end; what waits for its time never runs. */
  async close(): Promise<void> {
    this.closed = true;
    this.timers.forEach((timer) => clearTimeout(timer));
    await Promise.allSettled(this.working);
  }

  private begin({ command, resources, locks }: Step): Action {
    const action: Action = {
      id: this.nextId(),
      command,
      status: 'running',
      progress: 0,
      started: new Date().toISOString(),
      finished: null,
      error: null,
      resources,
    };
    this.actions.push(action);
    if (locks === false) this.free.add(action.id);
    return action;
  }

  private async runAll(steps: readonly Step[], actions: readonly Action[]): Promise<void> {
    for (const [index, step] of steps.entries()) {
      const action = actions[index]!;
      const before = actions[index - 1]?.error;
      action.error = before ?? (await this.run(step));
      action.status = action.error === null ? 'success' : 'error';
      action.progress = 100;
      action.finished = new Date().toISOString();
    }
  }

  private async run({ command, work }: Step): Promise<Action['error']> {
    const fault = this.faults.ofAction(command);
    await this.pause(fault?.milliseconds ?? this.milliseconds);
    if (fault?.error !== undefined) return fault.error;
    const done = Promise.resolve().then(() => work?.());
    this.working.add(done);
    try {
      await done;
      return null;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : 'server_error';
      return { code, message: (error as Error).message };
    } finally {
      this.working.delete(done);
    }
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) return;
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, milliseconds);
      this.timers.add(timer);
    });
  }
}
