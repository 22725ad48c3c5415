import { ApiError, type ErrorCode } from '../api/api-error';

/** What may go wrong with an action. */
export interface ActionFault {
  /** As in the API: `create_image`, `start_server`, ... */
  readonly command: string;
  /** It ends with this error and without an effect. @default - it succeeds */
  readonly error?: { readonly code: string; readonly message: string };
  /** It takes so long. @default - as long as any other */
  readonly milliseconds?: number;
  /** How many such actions. @default 1 */
  readonly times?: number;
}

/** What may go wrong with a request. */
export interface RequestFault {
  /** @default - any */
  readonly method?: string;
  /** Matches the path, without `/v1` and query. @default - any */
  readonly path?: RegExp;
  readonly code: ErrorCode;
  /** @default - the code */
  readonly message?: string;
  /** How many such requests. @default 1 */
  readonly times?: number;
  /** So many are let through first. @default 0 */
  readonly after?: number;
}

/** What a test lets go wrong. */
export class Faults {
  private readonly actions: { readonly fault: ActionFault; left: number }[] = [];
  private readonly requests: { readonly fault: RequestFault; left: number; toSkip: number }[] = [];

  /** The next actions of a command fail, or take long. */
  action(fault: ActionFault): void {
    this.actions.push({ fault, left: fault.times ?? 1 });
  }

  /** The next requests of a kind are refused. */
  request(fault: RequestFault): void {
    this.requests.push({ fault, left: fault.times ?? 1, toSkip: fault.after ?? 0 });
  }

  /** The next requests, whatever they ask, are over the rate limit. */
  rateLimit(times: number): void {
    this.request({ code: 'rate_limit_exceeded', message: 'rate limit exceeded', times });
  }

  /** @internal the fault of an action that starts now */
  ofAction(command: string): ActionFault | undefined {
    const found = this.actions.find(({ fault, left }) => fault.command === command && left > 0);
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }

  /** @internal @throws ApiError for a request that is to be refused */
  meet(method: string, path: string): void {
    const fits = this.requests.filter(
      ({ fault, left }) =>
        left > 0 && (fault.method ?? method) === method && (fault.path === undefined || fault.path.test(path)),
    );
    const waiting = fits.find(({ toSkip }) => toSkip > 0);
    const found = fits.find(({ toSkip }) => toSkip === 0);
    if (found !== undefined) {
      found.left -= 1;
      throw new ApiError(found.fault.code, found.fault.message ?? found.fault.code);
    }
    if (waiting !== undefined) waiting.toSkip -= 1;
  }
}
