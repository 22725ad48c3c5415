import type { IConstruct } from 'constructs';
import type { Evaluation } from '../evaluation';
import { KnownToken } from './evaluated-token';
import type { ConfigurationRequest } from '../request/request';

/** The store path of a system or its derivation, or its platform. */
export class ConfigurationToken extends KnownToken {
  protected readonly placeholder = '';

  constructor(
    request: ConfigurationRequest,
    private readonly member: 'out' | 'drv' | 'system',
  ) {
    super(request, { toplevel: true });
  }

  protected value(evaluation: Evaluation, scope: IConstruct): unknown {
    return evaluation.result(scope, this.request, { toplevel: true })[this.member];
  }
}
