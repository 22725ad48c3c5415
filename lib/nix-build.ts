import type { ITerraformDependable } from 'cdktf';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { DeploymentResource } from './deployment-resource';
import { checkResource } from './deployment/input';
import { Evaluation } from './evaluation/evaluation';
import { derivationAttributeProblem, installableProblem, parseInstallable } from './evaluation/request/installable';
import type { PackageRequest } from './evaluation/request/request';
import { type EvaluationHandle, mapHandle } from './evaluation/handle';
import { contentId, fileName } from './evaluation/request/image';
import { type DerivationAnswer, derivationWant, Wants } from './evaluation/request/wants';
import { AnswerToken } from './evaluation/tokens/answer-token';
import type { NixosConfiguration } from './nixos-configuration';
import { parseAttributePath } from './private/attribute-path';
import { imageFormat, UNKNOWN } from './private/image-format';
import { Checks } from './terraform/checks';
import { ClientResource } from './terraform/client-resource';
import { FileBuild } from './terraform/file-build';
import { Replacement } from './terraform/replacement';
import type { ResourceType } from './terraform/resource-type';
import { display } from './validation/display';
import { fileInOutputProblem } from './validation/file-in-output';
import { instanceProblem, type OptionNames } from './validation/options';
import { type Problem, refuse } from './validation/problem';

/** What to build: an installable, or an output of a configuration. */
export interface NixBuildProps {
  /**
   * A derivation of a flake by its full attribute path, as on Nix's command line: `.#checks.x86_64-linux.web`.
   * @default - an output of `configuration`
   */
  readonly installable?: string;
  /**
   * A configuration, which may be extended, of which an output is built.
   * @default - what `installable` names
   */
  readonly configuration?: NixosConfiguration;
  /**
   * The output of `configuration`, by its path in `config.system.build`: `kexecTree`. For bootable images NixosImage
   * knows more.
   * @default - toplevel: the system itself
   */
  readonly output?: string;
  /**
   * The file in the output that `path` leads to, relative to the output: `share/web.tar.gz`. Once built, it must be there,
   * not empty, and, where its name shows a format (raw, qcow2, vhd, iso, tar, zst, xz, gz), of that format.
   * @default - `path` leads to the output itself
   */
  readonly file?: string;
  /**
   * The kind of Terraform resource that stands for the build.
   * @default DeploymentResource.NULL_RESOURCE
   */
  readonly resource?: DeploymentResource;
}

const PROPS: OptionNames = {
  installable: true,
  configuration: true,
  output: true,
  file: true,
  resource: true,
} satisfies Record<keyof NixBuildProps, unknown>;

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
  /** The store path of the output, or the path of the file in it, as a reference: what uses it waits until it is built. */
  readonly path: string;
  /**
   * Stands for the content, known at plan: the hash in the store path, 32 characters. It serves as `source_hash` or as a
   * key where `filemd5` would need the file at plan.
   */
  readonly contentId: string;

  private readonly evaluation: EvaluationHandle<DerivationAnswer>;

  /**
   * @param scope the stack, or a construct in it
   * @param id unique in the scope; the name of the resource in Terraform is made of it
   * @param props what to build
   * @throws InputError when a prop is refused. A derivation that does not exist is reported by synth.
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: NixBuildProps,
  ) {
    super(scope, id);
    this.check(new.target === NixBuild ? PROPS : undefined);
    ({ evaluation: this.evaluation, contentId: this.contentId } = this.requestEvaluation());
    const resource = props.file === undefined ? this.buildOfOutput() : this.buildOfFile();
    this.fqn = resource.fqn;
    this.path = resource.path;
  }

  private check(names: OptionNames | undefined): void {
    const check = new Checks(this.node.path);
    const { props } = this;
    check.options('props', props, names, '');
    check.refuse('installable', eitherProblem(props));
    if (props.configuration !== undefined) {
      const problem = instanceProblem(props.configuration, '_requestFor', 'a NixosConfiguration', A_FLAKE);
      check.refuse('configuration', problem);
    }
    check.literal('output', props.output, outputProblem);
    check.literal('file', props.file, fileInOutputProblem);
    checkResource(check, props.resource);
  }

  private requestEvaluation(): { evaluation: EvaluationHandle<DerivationAnswer>; contentId: string } {
    const { installable, configuration, output = 'toplevel' } = this.props;
    const request = configuration ? configuration._requestFor(this) : packageRequest(this, installable as string);
    const inConfiguration = ['config', 'system', 'build', ...(parseAttributePath(output) ?? [])];
    const want = derivationWant(configuration ? inConfiguration : []);
    const handle = Evaluation.of(this).request(this, request, Wants.of(want));
    const id = new AnswerToken(request, want, ({ out }) => contentId(out)).toString();
    return { evaluation: mapHandle(handle, (answers) => answers.get(want)), contentId: id };
  }

  private get type(): ResourceType {
    return (this.props.resource ?? DeploymentResource.NULL_RESOURCE)._type;
  }

  private buildOfOutput(): { readonly fqn: string; readonly path: string } {
    const resource = new ClientResource(this, {
      type: this.type,
      triggers: { path: this.known(() => this.job().outPath) },
      replacement: Replacement.EITHER_ORDER,
      job: { kind: 'build', template: {}, evaluated: () => this.job() },
      problems: () => this.evaluation.problems(),
    });
    return { fqn: resource.fqn, path: resource.reference('path') };
  }

  private buildOfFile(): FileBuild {
    const file = this.props.file as string;
    const format = imageFormat(fileName(file));
    return new FileBuild(this, {
      type: this.type,
      path: this.known(() => `${this.job().outPath}/${file}`),
      job: () => ({ ...this.job(), file, fileFormat: format === UNKNOWN ? undefined : format }),
      problems: () => this.evaluation.problems(),
    });
  }

  /** A literal that an evaluation gives. */
  private known(read: () => string): string {
    return Lazy.stringValue({ produce: ({ preparing }) => (preparing ? '' : read()) });
  }

  private job(): { outPath: string; drvPath: string } {
    const { out, drv } = this.evaluation.result();
    return { outPath: out, drvPath: drv };
  }
}

const A_FLAKE = 'write NixosConfiguration.fromFlake(".#web")';

function eitherProblem({ installable, configuration, output }: NixBuildProps): Problem | undefined {
  const expected = 'either `installable` or `configuration`';
  if ((installable === undefined) === (configuration === undefined)) {
    const given = installable === undefined ? 'neither' : 'both';
    return { given, expected, fix: 'write installable: ".#checks.x86_64-linux.web", or configuration and output' };
  }
  if (installable === undefined || output === undefined) return undefined;
  return {
    given: 'an installable with `output`',
    expected,
    fix: 'write the attribute after "#", and leave out output',
  };
}

function outputProblem(output: unknown): Problem | undefined {
  if (typeof output === 'string' && parseAttributePath(output) !== undefined) return undefined;
  const expected = 'the name of an output in config.system.build: "kexecTree"';
  return { given: display(output), expected, fix: 'separate names with dots; quote a name that contains a dot' };
}

function packageRequest(scope: Construct, installable: string): PackageRequest {
  refuse(scope.node.path, 'installable', installableProblem(installable));
  const { flake, attribute } = parseInstallable(installable);
  refuse(scope.node.path, 'installable', derivationAttributeProblem(installable, attribute));
  return { kind: 'package', name: installable, nix: {}, source: { kind: 'flake', flake, attribute } };
}
