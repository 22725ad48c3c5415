import type { IConstruct } from 'constructs';
import type { EvaluationRequest } from './request/request';
import { Answers, Wants } from './request/wants';

/** What is known by now about a row. All requests for the same work share it. */
export class RowState {
  answers = Answers.NONE;
  /** Why there will be no more answers; several when an option failed and the rest was evaluated without it. */
  readonly failures: Error[] = [];

  get failure(): Error | undefined {
    return this.failures[0];
  }
}

/** One request of a tree: who asked, what they want, and what is known by now. */
export class TrackedRequest {
  readonly scopes = new Set<IConstruct>();
  /** Its modules are being read. A value that they are made of must not need this request. */
  preparing = false;
  /** Shared with other requests once it is known that they ask for the same. */
  state = new RowState();
  private wants = Wants.NONE;

  constructor(readonly request: EvaluationRequest) {}

  /** The construct that asked first; it names the request in Nix's own errors. */
  get scope(): IConstruct {
    const [first] = this.scopes;
    return first;
  }

  add(scope: IConstruct, wants: Wants): void {
    this.scopes.add(scope);
    this.wants = this.wants.merge(wants);
  }

  /** The wants that an evaluation can still answer; none after a failure. */
  missing(): Wants {
    return this.state.failure ? Wants.NONE : this.wants.missing(this.state.answers);
  }

  /** @throws the failure of the evaluation */
  answers(): Answers {
    if (this.state.failure) throw this.state.failure;
    return this.state.answers;
  }
}
