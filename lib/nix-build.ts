import type { ITerraformDependable } from 'cdktf';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { DeploymentResource } from './deployment-resource';
import { checkResource } from './deployment/input';
import { Evaluation } from './evaluation/evaluation';
import { derivationAttributeProblem, installableProblem, parseInstallable } from './evaluation/request/installable';
import type { PackageRequest } from './evaluation/request/request';
import type { EvaluationHandle } from './evaluation/handle';
import { type Answers, derivationWant, Wants } from './evaluation/request/wants';
import { Checks } from './terraform/checks';
import { ClientResource } from './terraform/client-resource';
import { Replacement } from './terraform/replacement';
import type { OptionNames } from './validation/options';
import { refuse } from './validation/problem';

/** What to build. */
export interface NixBuildProps {
  /** A derivation of a flake by its full attribute path, as on Nix's command line: `.#checks.x86_64-linux.web`. */
  readonly installable: string;
  /**
   * The kind of Terraform resource that stands for the build.
   * @default DeploymentResource.NULL_RESOURCE
   */
  readonly resource?: DeploymentResource;
}

const PROPS: OptionNames = { installable: true, resource: true } satisfies Record<keyof NixBuildProps, unknown>;

/**
 * A derivation that is built at apply, where Terraform runs: as a gate that other resources wait for, or for the
 * files in its output. `cdktf diff` builds nothing.
 *
 * @example
 *
 * const check = new NixBuild(stack, 'check', { installable: '.#checks.x86_64-linux.web' });
 * new NixosDeployment(stack, 'web-system', { machine, configuration, dependsOn: [check] });
 */
export class NixBuild extends Construct implements ITerraformDependable {
  /** The address of the resource in Terraform, for `dependsOn`. */
  readonly fqn: string;
  /** The store path of the output, as a reference: what uses it waits until it is built. */
  readonly path: string;

  private readonly evaluation: EvaluationHandle<Answers>;

  /**
   * @param scope the stack, or a construct in it
   * @param id unique in the scope; the name of the resource in Terraform is made of it
   * @param props what to build
   * @throws InputError when the installable cannot be one. A derivation that does not exist is reported by synth.
   */
  constructor(scope: Construct, id: string, props: NixBuildProps) {
    super(scope, id);
    const check = new Checks(this.node.path);
    check.options('props', props, new.target === NixBuild ? PROPS : undefined, '');
    checkResource(check, props.resource);
    const request = packageRequest(this, props.installable);
    this.evaluation = Evaluation.of(this).request(this, request, Wants.of(DERIVATION));
    const resource = this.createResource(props);
    this.fqn = resource.fqn;
    this.path = resource.reference('path');
  }

  private createResource({ resource = DeploymentResource.NULL_RESOURCE }: NixBuildProps): ClientResource {
    const outPath = Lazy.stringValue({ produce: ({ preparing }) => (preparing ? '' : this.job().outPath) });
    return new ClientResource(this, {
      type: resource._type,
      triggers: { path: outPath },
      replacement: Replacement.EITHER_ORDER,
      job: { kind: 'build', template: {}, evaluated: () => this.job() },
      problems: () => this.evaluation.problems(),
    });
  }

  private job(): { outPath: string; drvPath: string } {
    const { out, drv } = this.evaluation.result().get(DERIVATION);
    return { outPath: out, drvPath: drv };
  }
}

/** The installable itself. */
const DERIVATION = derivationWant([]);

function packageRequest(scope: Construct, installable: string): PackageRequest {
  refuse(scope.node.path, 'installable', installableProblem(installable));
  const { flake, attribute } = parseInstallable(installable);
  refuse(scope.node.path, 'installable', derivationAttributeProblem(installable, attribute));
  return { kind: 'package', name: installable, nix: {}, source: { kind: 'flake', flake, attribute } };
}
