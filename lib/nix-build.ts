import type { ITerraformDependable, TerraformResource } from 'cdktf';
import { Aspects, Lazy, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { BuildJob } from './job/job';
import { DeploymentResource } from './deployment-resource';
import { Evaluation } from './evaluation/evaluation';
import { derivationAttributeProblem, installableProblem, parseInstallable } from './evaluation/request/installable';
import type { PackageRequest } from './evaluation/request/request';
import type { EvaluationHandle } from './evaluation/handle';
import { type Answers, derivationWant, Wants } from './evaluation/request/wants';
import { warnOfRemoteExecution } from './terraform/backend';
import { TerraformJson } from './terraform/json';
import { ensureNullProvider } from './terraform/provider';
import { addClientResource, triggerReference } from './terraform/client-resource';
import { Checks } from './terraform/checks';
import { stageClientFiles } from './terraform/client-files';
import { DeploymentOrder } from './terraform/order';
import { resourceNameProblems } from './terraform/resource-name';

/** What to build. */
export interface NixBuildProps {
  /** A derivation of a flake by its full attribute path, as on Nix's command line: `.#checks.x86_64-linux.web`. */
  readonly installable: string;
}

/**
 * A derivation that is built at apply, where Terraform runs: as a gate that other resources wait for, or for the
 * files in its output. `cdktf diff` builds nothing.
 */
export class NixBuild extends Construct implements ITerraformDependable {
  /** The address of the resource in Terraform, for `dependsOn`. */
  readonly fqn: string;
  /** The store path of the output, as a reference: who uses it waits until it is built. */
  readonly path: string;

  private readonly resource: TerraformResource;
  private readonly evaluation: EvaluationHandle<Answers>;

  constructor(scope: Construct, id: string, props: NixBuildProps) {
    super(scope, id);
    const request = packageRequest(this, props.installable);
    this.evaluation = Evaluation.of(this).request(this, request, Wants.of(DERIVATION));
    const order = new DeploymentOrder(this, []);
    this.resource = addClientResource(this, {
      type: DeploymentResource.NULL_RESOURCE.type,
      triggers: { path: Lazy.stringValue({ produce: ({ preparing }) => (preparing ? '' : this.job().outPath) }) },
      job: new TerraformJson(({ preparing }) => (preparing ? this.prepare() : this.job())),
      dependsOn: order.addresses(),
    });
    this.fqn = this.resource.fqn;
    this.path = triggerReference(this.resource, 'path');
    Aspects.of(this).add({ visit: (construct) => construct === this && this.prepare() });
    this.node.addValidation({
      validate: () => [...this.evaluation.problems(), ...order.problems(), ...resourceNameProblems(this.resource)],
    });
  }

  /** What is decided when the tree is complete. Both passes of a synth come here first. */
  private prepare(): void {
    const stack = TerraformStack.of(this);
    ensureNullProvider(stack);
    warnOfRemoteExecution(stack);
  }

  private job(): BuildJob {
    stageClientFiles(TerraformStack.of(this));
    const { out, drv } = this.evaluation.result().get(DERIVATION);
    return { format: 1, kind: 'build', path: this.node.path, outPath: out, drvPath: drv };
  }
}

/** The installable itself. */
const DERIVATION = derivationWant([]);

function packageRequest(scope: Construct, installable: string): PackageRequest {
  const check = new Checks(scope.node.path);
  check.refuse('installable', installableProblem(installable));
  const { flake, attribute } = parseInstallable(installable);
  check.refuse('installable', derivationAttributeProblem(installable, attribute));
  return { kind: 'package', name: installable, nix: {}, source: { kind: 'flake', flake, attribute } };
}
