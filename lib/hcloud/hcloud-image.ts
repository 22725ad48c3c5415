import type { Construct } from 'constructs';
import { Lazy } from 'cdktf';
import { DeploymentResource } from '../deployment-resource';
import { ImageVariant } from '../image-variant';
import { type Architecture, locationProblem } from '../job/hcloud-fields';
import { NixosImage } from '../nixos-image';
import type { NixosConfiguration } from '../nixos-configuration';
import { Checks } from '../terraform/checks';
import type { OptionNames } from '../validation/options';
import { stackOf } from '../terraform/stack';
import type { IHcloudImage } from './hcloud-image-reference';
import { ImageUpload } from './image/image-upload';
import { architectureOf, architectureProblem, evaluatedProblems, keepImagesProblem } from './image/image-problems';
import { type HcloudImageLookup, ImportedHcloudImage } from './image/imported-image';
import { ensureHcloudProvider, tokenProblems } from './provider';

/** Which configuration becomes an image at Hetzner Cloud. */
export interface HcloudImageProps {
  /** The configuration that servers start with. It imports the module `cdktf-nixos/nix/modules/hcloud.nix`. */
  readonly configuration: NixosConfiguration;
  /**
   * The architecture of the servers, `x86` or `arm`. It only says what you expect: synth fails if the configuration is for
   * another platform.
   * @default - that of the configuration
   */
  readonly architecture?: string;
  /**
   * Where the temporary server of an upload is made: `fsn1`, `nbg1`, `hel1`, ... Servers can be made from the image
   * everywhere.
   * @default - the cheapest place that offers a server with a disk for the image
   */
  readonly location?: string;
  /**
   * How many images of earlier contents stay at Hetzner. A change back to one of them uploads nothing. Each costs by its
   * compressed size.
   * @default 1
   */
  readonly keepImages?: number;
  /**
   * The kind of Terraform resource that stands for the upload.
   * @default DeploymentResource.NULL_RESOURCE
   */
  readonly resource?: DeploymentResource;
}

const PROPS: OptionNames = {
  configuration: true,
  architecture: true,
  location: true,
  keepImages: true,
  resource: true,
} satisfies Record<keyof HcloudImageProps, unknown>;

/** The module for Hetzner gives the configuration an image by this name. */
const VARIANT = 'hcloud';

/**
 * An image of a configuration at Hetzner Cloud, from which servers are made. Apply builds it on the machine that applies,
 * writes it to the disk of a temporary server and makes a snapshot of that; the next apply finds the snapshot. A plan
 * uploads nothing and shows each snapshot that is made or deleted. docs/hcloud-image.md has the token's permissions, the
 * times and the costs.
 *
 * @example
 * const image = new HcloudImage(stack, 'web-image', { configuration: NixosConfiguration.fromFlake('.#web') });
 * new HcloudMachine(stack, 'web', { image, serverType: 'cx23', location: 'fsn1' });
 */
export class HcloudImage extends NixosImage implements IHcloudImage {
  /**
   * An image that is at Hetzner already, by its id or, for one of Hetzner's own, its name.
   *
   * @param imageId may be a Terraform token
   * @param architecture `x86` or `arm`
   */
  static fromId(scope: Construct, id: string, imageId: string, architecture: string): IHcloudImage {
    return ImportedHcloudImage.byId(scope, id, imageId, architecture);
  }

  /** The newest image at Hetzner that a selector of labels matches. Terraform looks for it in each plan. */
  static fromLabel(scope: Construct, id: string, lookup: HcloudImageLookup): IHcloudImage {
    return ImportedHcloudImage.byLabel(scope, id, lookup);
  }

  /** The id of the snapshot, as a reference: what uses it waits until the snapshot is there. */
  readonly imageId: string;
  /** `x86` or `arm`, known at plan. */
  readonly architecture: string;
  /** What the image is made of. */
  readonly configuration: NixosConfiguration;

  private readonly upload: ImageUpload;

  /**
   * @param scope the stack, or a construct in it
   * @param id unique in the scope; the names of the resources in Terraform are made of it
   * @param props which configuration
   * @throws InputError when a prop is refused. What only the evaluation shows is reported by synth.
   */
  constructor(scope: Construct, id: string, props: HcloudImageProps) {
    super(scope, id, imageProps(props));
    this.checkProps(props, new.target === HcloudImage ? PROPS : undefined);
    this.configuration = props.configuration;
    this.architecture = Lazy.stringValue({
      produce: ({ preparing }) => (preparing ? '' : architectureOf(this._evaluation.result().system)),
    });
    const { resource = DeploymentResource.NULL_RESOURCE, location, keepImages = 1 } = props;
    this.upload = new ImageUpload(this, { type: resource._type, source: () => this.source(), location, keepImages });
    this.imageId = this.upload.imageId;
    this.node.addValidation({ validate: () => this.problemsOf(props) });
    ensureHcloudProvider(stackOf(this));
  }

  /** The address in Terraform of what makes the image usable, for `dependsOn`. */
  override get fqn(): string {
    return this.upload.fqn;
  }

  /** @internal */
  protected override get _isBuiltByItself(): boolean {
    return false;
  }

  private source() {
    const { contentId, drvPath, outPath, file, bootMode, system } = this._evaluation.result();
    return { contentId, drvPath, outPath, file, bootMode, architecture: architectureOf(system) as Architecture };
  }

  private checkProps(props: HcloudImageProps, names: OptionNames | undefined): void {
    const check = new Checks(this.node.path);
    check.options('props', props, names, '');
    check.literal('architecture', props.architecture, architectureProblem);
    check.literal('location', props.location, locationProblem);
    check.literal('keepImages', props.keepImages, keepImagesProblem);
  }

  private problemsOf({ architecture }: HcloudImageProps): string[] {
    const evaluated = this._evaluation.tryResult();
    const problems = evaluated === undefined ? [] : evaluatedProblems(evaluated, architecture);
    return [...problems, ...tokenProblems(stackOf(this))];
  }
}

function imageProps({ configuration, resource }: HcloudImageProps) {
  return { configuration, variant: ImageVariant.named(VARIANT), ...(resource && { resource }) };
}
