import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { DeploymentGoal } from './deployment-goal';
import type { DeploymentPolicies } from './deployment-policies';
import { DeploymentResource } from './deployment-resource';
import { checkDeployment } from './deployment/input';
import { firstBootProblems } from './deployment/first-boot';
import { evaluatedJob, type JobTemplate, jobTemplate } from './deployment/job-template';
import { manifestEntry } from './deployment/manifest-entry';
import { DeploymentRegistry } from './deployment/registry';
import { deploymentTriggers } from './deployment/triggers';
import { sensitiveValuesProblems } from './deployment/sensitive-values';
import { declaredSecretsProblems } from './deployment/secrets/declared';
import { ephemeralValues } from './deployment/secrets/ephemeral';
import { warnOfExposedSecrets } from './deployment/secrets/exposed';
import { namedAccounts, warnOfUnknownOwners } from './deployment/secrets/owners';
import { namedUnits, unitsProblems } from './deployment/units';
import { declaredValuesProblems } from './deployment/values';
import { Evaluation } from './evaluation/evaluation';
import type { EvaluationHandle } from './evaluation/handle';
import type { EvaluatedConfiguration } from './evaluation/request/evaluated-configuration';
import { ACCOUNTS, DECLARED_SECRETS, DECLARED_VALUES, FIRST_BOOT, UNITS, Wants } from './evaluation/request/wants';
import type { HostValue } from './host-value';
import { DEPLOYMENT_FIELDS } from './job/deployment-fields';
import type { NixosConfiguration } from './nixos-configuration';
import type { INixosMachine } from './nixos-machine';
import type { Secret } from './secret';
import { ClientResource } from './terraform/client-resource';
import { Replacement } from './terraform/replacement';
import type { OptionNames } from './validation/options';
import { type Problem, problemLine } from './validation/problem';

/** What to keep running on which machine, and how. */
export interface NixosDeploymentProps extends DeploymentPolicies {
  /** The machine that runs the configuration. One machine has one deployment. */
  readonly machine: INixosMachine;
  /** What it runs. */
  readonly configuration: NixosConfiguration;
  /**
   * What to do with the system on the host.
   * @default DeploymentGoal.SWITCH
   */
  readonly goal?: DeploymentGoal;
  /**
   * Values that the configuration reads on the host at run time, by name. They may be known only at apply: an
   * address, an id. The NixOS module of this package gives their paths: `config.cdktf-nixos.values.<name>.path`.
   * @default - none
   */
  readonly values?: { readonly [name: string]: HostValue };
  /**
   * Secrets that the host gets with the system, by name, and nobody else: they are in no state, plan or store. They are
   * read when the deployment is applied. The NixOS module of this package gives their paths:
   * `config.cdktf-nixos.secrets.<name>.path`.
   * @default - none
   */
  readonly secrets?: { readonly [name: string]: Secret };
  /**
   * The kind of Terraform resource that stands for the deployment.
   * @default DeploymentResource.NULL_RESOURCE
   */
  readonly resource?: DeploymentResource;
  /**
   * More reasons to deploy again, by name. Strings are data; what is known only at apply is given as a token.
   * @default - none: only a change of system, machine, goal, values or secrets deploys again
   */
  readonly triggers?: { readonly [name: string]: string };
  /**
   * What has to be done before: other deployments, resources, builds of the same stack.
   * @default - what the machine itself needs
   */
  readonly dependsOn?: ITerraformDependable[];
}

const PROPS: OptionNames = {
  machine: true,
  configuration: true,
  values: true,
  secrets: true,
  ...DEPLOYMENT_FIELDS,
  resource: true,
  triggers: true,
  dependsOn: true,
} satisfies Record<keyof NixosDeploymentProps, unknown>;

/**
 * A NixOS configuration that is kept running on a machine. Apply copies the system there, activates it, and proves
 * over a new connection that one can still log in. Without that proof the machine itself rolls back to exactly the
 * system that it ran before, and the apply fails. Removing the construct leaves the machine as it is.
 *
 * @example
 *
 * const app = new App();
 * const stack = new TerraformStack(app, 'web');
 * const machine = NixosMachine.fromHost(stack, 'web', {
 *   host: '203.0.113.7',
 *   hostKeys: HostKeys.fromKnownHostsFile('known_hosts'),
 * });
 * new NixosDeployment(stack, 'web-system', { machine, configuration: NixosConfiguration.fromFlake('.#web') });
 * app.synth();
 */
export class NixosDeployment extends Construct implements ITerraformDependable {
  /** The address of the resource in Terraform, for `dependsOn`. */
  readonly fqn: string;
  /** The store path of the system, known at plan. */
  readonly toplevel: string;
  /** The store path of the system's derivation, known at plan. */
  readonly drvPath: string;
  /** The store path of the system, as a reference: what uses it waits until the system runs. */
  readonly deployedToplevel: string;

  private readonly registry: DeploymentRegistry;
  private readonly evaluation: EvaluationHandle<EvaluatedConfiguration>;
  private readonly template: JobTemplate;
  private readonly resource: ClientResource;

  /**
   * @param scope the stack, or a construct in it
   * @param id unique in the scope; the name of the resource in Terraform is made of it
   * @param props what to deploy, to which machine, and how
   * @throws InputError when a prop is refused, or when the machine has a deployment already. What needs an evaluation,
   *   or the whole program, is reported by synth.
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: NixosDeploymentProps,
  ) {
    super(scope, id);
    checkDeployment(this, props, new.target === NixosDeployment ? PROPS : undefined);
    this.registry = this.register();
    this.evaluation = this.requestEvaluation();
    this.template = jobTemplate(this, props);
    this.resource = this.createResource();
    this.fqn = this.resource.fqn;
    this.toplevel = props.configuration.toplevel;
    this.drvPath = props.configuration.drvPath;
    this.deployedToplevel = this.resource.reference('toplevel');
  }

  /** From here on another deployment of the machine is refused. */
  private register(): DeploymentRegistry {
    const registry = DeploymentRegistry.of(this);
    registry.add(this, this.props.machine);
    const evaluation = Evaluation.of(this);
    evaluation.suspendWhile(() => registry.hasDuplicates);
    evaluation.manifest.expect(this);
    return registry;
  }

  private requestEvaluation(): EvaluationHandle<EvaluatedConfiguration> {
    const { configuration, machine, values = {}, secrets = {} } = this.props;
    // Always: units that require declared secrets would not start without them.
    let wants = Wants.of(DECLARED_SECRETS);
    if (Object.keys(values).length > 0) wants = wants.add(DECLARED_VALUES);
    if (this.registry.firstContactOf(machine)?.source !== undefined) wants = wants.add(FIRST_BOOT);
    if (namedAccounts(secrets).length > 0) wants = wants.add(ACCOUNTS);
    return configuration._evaluation(this, namedUnits(this.props).length > 0 ? wants.add(UNITS) : wants);
  }

  private createResource(): ClientResource {
    const { machine, dependsOn, secrets = {}, resource = DeploymentResource.NULL_RESOURCE } = this.props;
    return new ClientResource(this, {
      type: resource._type,
      triggers: deploymentTriggers(this.props),
      replacement: Replacement.OLD_FIRST,
      job: { kind: 'deployment', template: this.template, evaluated: () => this.evaluatedJob() },
      dependsOn,
      needed: { field: 'machine.dependencies', dependables: machine.dependencies },
      ephemeral: ephemeralValues(secrets, machine.ssh),
      problems: () => this.problems(),
    });
  }

  /** Called when the resource is about to be written. */
  private evaluatedJob(): object {
    const evaluated = this.evaluation.result();
    this.addToManifest(evaluated);
    return evaluatedJob(evaluated);
  }

  private addToManifest(evaluated: EvaluatedConfiguration): void {
    const { template } = this;
    const { identity } = this.props.machine;
    const { address } = this.resource;
    const entry = manifestEntry(this, { address, identity, template, evaluated });
    Evaluation.of(this).manifest.add(this, entry);
  }

  private problems(): string[] {
    const duplicates = this.registry.problems(this);
    // Evaluation takes by far the longest: nothing is evaluated that cannot be deployed.
    return this.registry.hasDuplicates ? duplicates : [...duplicates, ...this.evaluationProblems()];
  }

  private evaluationProblems(): string[] {
    const { machine, values = {}, secrets = {} } = this.props;
    warnOfExposedSecrets(this, this.props, this.props.configuration._copied);
    const problems = [...sensitiveValuesProblems(this, values), ...this.evaluation.problems()];
    // Undefined when it failed: that is reported once, perhaps by another construct.
    const evaluated = this.evaluation.tryResult();
    warnOfUnknownOwners(this, secrets, evaluated?.answers.find(ACCOUNTS));
    const source = this.registry.firstContactOf(machine)?.source;
    const problemsOfNames = [
      ...firstBootProblems('configuration', source, evaluated?.answers.find(FIRST_BOOT)),
      ...declaredValuesProblems(this, Object.keys(values), evaluated?.answers.find(DECLARED_VALUES)),
      ...declaredSecretsProblems(this, Object.keys(secrets), evaluated?.answers.find(DECLARED_SECRETS)),
      ...unitsProblems(this, namedUnits(this.props), evaluated?.answers.find(UNITS)),
    ];
    if (evaluated?.switchable ?? true) return [...problems, ...problemsOfNames];
    return [...problemsOfNames, problemLine('configuration', NOT_SWITCHABLE)];
  }
}

const NOT_SWITCHABLE: Problem = {
  given: 'a system without bin/switch-to-configuration (system.switch.enable = false)',
  expected: 'one that can be switched to',
  fix: 'set system.switch.enable = true in the configuration',
};
