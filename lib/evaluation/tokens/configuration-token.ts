import { LazyValue, type ResolveContext } from '../../terraform/token';
import type { ConfigurationRequest } from '../request/request';
import { TOPLEVEL } from '../request/wants';
import { EvaluatedToken } from './evaluated-token';

type Toplevel = (typeof TOPLEVEL)['answer'];

/** The store path of a system or its derivation, or its platform. */
export class ConfigurationToken extends EvaluatedToken<Toplevel> {
  protected readonly placeholder = '';

  constructor(
    request: ConfigurationRequest,
    private readonly member: 'out' | 'drv' | 'system',
  ) {
    super(request, TOPLEVEL);
  }

  protected value(answer: Toplevel): unknown {
    return answer[this.member];
  }
}

/** Stands for a value that a configuration does not have. Using it is an error. */
export class UnavailableToken extends LazyValue {
  constructor(private readonly error: Error) {
    super();
  }

  resolve(context: ResolveContext): unknown {
    if (context.preparing) return '';
    throw this.error;
  }
}
