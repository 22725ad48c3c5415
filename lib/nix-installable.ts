import type { IConstruct } from 'constructs';
import { refuseArgument } from './evaluation/argument';
import { Evaluation } from './evaluation/evaluation';
import { derivationAttributeProblem, installableProblem, parseInstallable } from './evaluation/installable';
import type { PackageRequest } from './evaluation/request';

/**
 * Any derivation of a flake, as a value.
 * @internal
 */
export class NixInstallable {
  /** @param installable with its full attribute path: `.#checks.x86_64-linux.web` */
  static parse(installable: string): NixInstallable {
    refuseArgument('NixBuild', 'installable', installableProblem(installable));
    const { flake, attribute } = parseInstallable(installable);
    refuseArgument('NixBuild', 'installable', derivationAttributeProblem(installable, attribute));
    const source = { kind: 'flake' as const, flake, attribute };
    return new NixInstallable({ kind: 'package', name: installable, source, settings: {} });
  }

  private constructor(private readonly request: PackageRequest) {}

  /** Notes that a construct wants it. Starts nothing. */
  _request(scope: IConstruct): void {
    Evaluation.of(scope).request(scope, this.request, {});
  }

  /** Its store paths; evaluates everything that is pending. Throws EvaluationError. */
  _evaluated(scope: IConstruct): { readonly drvPath: string; readonly outPath: string } {
    const { drv = '', out = '' } = Evaluation.of(scope).result(scope, this.request, {});
    return { drvPath: drv, outPath: out };
  }

  /** Why the evaluation failed, for the validation of a construct; what another one has said already is left out. */
  _problems(scope: IConstruct): string[] {
    return Evaluation.of(scope).problems(scope, this.request, {});
  }
}
