import type { ITerraformDependable } from 'cdktf';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { DeploymentResource } from './deployment-resource';
import { checkResource } from './deployment/input';
import { Evaluation } from './evaluation/evaluation';
import { type EvaluationHandle, mapHandle } from './evaluation/handle';
import { type EvaluatedImage, evaluatedImage, fileName, type ImageAnswer, imageWant } from './evaluation/request/image';
import { Wants } from './evaluation/request/wants';
import { AnswerToken } from './evaluation/tokens/answer-token';
import type { ImageVariant } from './image-variant';
import type { NixosConfiguration } from './nixos-configuration';
import { Checks } from './terraform/checks';
import { FileBuild } from './terraform/file-build';
import { fileInOutputProblem } from './validation/file-in-output';
import { instanceProblem, type OptionNames } from './validation/options';
import { type Problem, problemLine } from './validation/problem';

/** Which image of which configuration. */
export interface NixosImageProps {
  /** The configuration that the image starts. It may be extended; one from a store path has no images. */
  readonly configuration: NixosConfiguration;
  /** The kind of image. */
  readonly variant: ImageVariant;
  /**
   * The image's file, relative to the output of its build. Needed only where NixOS does not say it, or says it wrongly
   * (some versions before 25.05): the messages about that give the right one.
   * @default - the file that NixOS names
   */
  readonly file?: string;
  /**
   * The kind of Terraform resource that stands for the build.
   * @default DeploymentResource.NULL_RESOURCE
   */
  readonly resource?: DeploymentResource;
}

const PROPS: OptionNames = {
  configuration: true,
  variant: true,
  file: true,
  resource: true,
} satisfies Record<keyof NixosImageProps, unknown>;

/**
 * A bootable image of a configuration: a disk, a CD, the runner of a virtual machine. Its store path, file name, content,
 * platform and boot mode are known at plan. It is built at apply, on the machine that applies, if something in the stack
 * refers to `path` or waits for it; `cdktf diff` builds nothing. The file is checked then: it is there, it is not empty,
 * and it begins as its format does.
 *
 * @example
 * const installer = new NixosImage(stack, 'installer', {
 *   configuration: NixosConfiguration.fromFlake('.#installer'),
 *   variant: ImageVariant.ISO_INSTALLER,
 * });
 * new TerraformOutput(stack, 'iso', { value: installer.path });
 */
export class NixosImage extends Construct implements ITerraformDependable {
  /** The store path of the image's output, known at plan: `/nix/store/<hash>-nixos-image-...`. Nothing waits for it. */
  readonly storePath: string;
  /** The store path of the image's derivation, known at plan. */
  readonly drvPath: string;
  /** The name of the file, without folders, known at plan. */
  readonly fileName: string;
  /**
   * Stands for the content, known at plan: the hash in the store path, 32 characters. Another content has another one, so
   * it serves as a key or as `source_hash` where `filemd5` would need the file at plan.
   */
  readonly contentId: string;
  /** The platform of what is in the image, known at plan: `x86_64-linux`. */
  readonly system: string;
  /**
   * What starts the image, known at plan: `uefi`, `legacy-bios`, `uefi-preferred` (either), `none` (a container, or a
   * virtual machine whose kernel QEMU loads), or `unknown` (NixOS does not say).
   */
  readonly bootMode: string;
  /** The format of the file, known at plan: `raw`, `qcow2`, `vhd`, `iso`, `iso.zst`, `tar.xz`, `program`, `unknown`. */
  readonly format: string;

  /**
   * What a subclass hands to the job that brings the image somewhere.
   * @internal
   */
  protected readonly _evaluation: EvaluationHandle<EvaluatedImage>;

  private readonly answer: EvaluationHandle<ImageAnswer>;
  private build: FileBuild | undefined;

  /**
   * @param scope the stack, or a construct in it
   * @param id unique in the scope; the name of the resource in Terraform is made of it
   * @param props which image of which configuration
   * @throws InputError when a prop is refused. A variant that the configuration does not have is reported by synth.
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: NixosImageProps,
  ) {
    super(scope, id);
    this.check(new.target === NixosImage ? PROPS : undefined);
    const request = props.configuration._requestFor(this);
    const { name } = props.variant;
    const want = imageWant(name);
    this.answer = mapHandle(Evaluation.of(this).request(this, request, Wants.of(want)), (answers) => answers.get(want));
    this._evaluation = mapHandle(this.answer, (answer) => evaluatedImage(answer, name, props.file));
    const known = (read: (image: EvaluatedImage) => string) =>
      new AnswerToken(request, want, (answer) => read(evaluatedImage(answer, name, props.file))).toString();
    this.storePath = known(({ outPath }) => outPath);
    this.drvPath = known(({ drvPath }) => drvPath);
    this.fileName = known(({ file }) => fileName(file));
    this.contentId = known(({ contentId }) => contentId);
    this.system = known(({ system }) => system);
    this.bootMode = known(({ bootMode }) => bootMode);
    this.format = known(({ format }) => format);
    if (this._isBuiltByItself) this.build = this.addBuild(this);
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** The address in Terraform of what builds the image, for `dependsOn`. */
  get fqn(): string {
    return this.fileBuild.fqn;
  }

  /** The path of the file, as a reference: what uses it waits until the image is built and checked. */
  get path(): string {
    return this.fileBuild.path;
  }

  /**
   * A subclass whose own job builds the image answers false. Then a resource that builds it exists only where `path` is
   * used, too.
   * @internal
   */
  protected get _isBuiltByItself(): boolean {
    return true;
  }

  private get fileBuild(): FileBuild {
    return (this.build ??= this.addBuild(new Construct(this, 'file')));
  }

  private check(names: OptionNames | undefined): void {
    const check = new Checks(this.node.path);
    const { props } = this;
    check.options('props', props, names, '');
    check.refuse('configuration', instanceProblem(props.configuration, '_requestFor', 'a NixosConfiguration', A_FLAKE));
    check.refuse('variant', instanceProblem(props.variant, 'name', 'a constant of ImageVariant', A_VARIANT));
    check.literal('file', props.file, fileInOutputProblem);
    checkResource(check, props.resource);
  }

  private addBuild(owner: Construct): FileBuild {
    return new FileBuild(owner, {
      type: (this.props.resource ?? DeploymentResource.NULL_RESOURCE)._type,
      path: Lazy.stringValue({ produce: ({ preparing }) => (preparing ? '' : this.builtPath()) }),
      job: () => this.job(),
      isOptional: true,
    });
  }

  private builtPath(): string {
    const { outPath, file } = this._evaluation.result();
    return `${outPath}/${file}`;
  }

  private job(): object {
    const { outPath, drvPath, file, format, bootMode } = this._evaluation.result();
    return { outPath, drvPath, file, fileFormat: format, bootMode };
  }

  private problems(): string[] {
    const problems = this.answer.problems();
    const isUnnamed = this.props.file === undefined && this.answer.tryResult()?.file === null;
    return isUnnamed ? [...problems, problemLine('file', UNNAMED)] : problems;
  }
}

const A_FLAKE = 'write NixosConfiguration.fromFlake(".#web")';
const A_VARIANT = 'write for example ImageVariant.RAW_EFI, or ImageVariant.named("raw-efi")';
const UNNAMED: Problem = {
  given: 'nothing, and this NixOS does not say how it names the file of this image',
  expected: 'the path of the file in the output',
  fix: 'build the image once (`nix build`), and give the path of its file below ./result',
};
