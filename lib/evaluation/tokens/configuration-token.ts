import type { ConfigurationRequest } from '../request/request';
import { TOPLEVEL } from '../request/wants';
import { KnownToken } from './evaluated-token';

type Toplevel = (typeof TOPLEVEL)['answer'];

/** The store path of a system or its derivation, or its platform. */
export class ConfigurationToken extends KnownToken<Toplevel> {
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
