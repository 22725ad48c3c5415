import { Lazy, type TerraformElement, Token } from 'cdktf';
import { Construct } from 'constructs';
import { type Architecture, HCLOUD_UPLOAD } from '../../job/hcloud-fields';
import { LABELS } from '../../job/hcloud-labels';
import { contentHash } from '../../private/content-hash';
import { ClientResource } from '../../terraform/client-resource';
import { Replacement } from '../../terraform/replacement';
import type { ResourceType } from '../../terraform/resource-type';
import { DataHcloudImages } from '../bindings/data-hcloud-images';
import { DataHcloudServers } from '../bindings/data-hcloud-servers';
import { Snapshot } from '../bindings/snapshot';
import { ownerLabel } from '../labels';
import { builder, contents, keptSelector, snapshotId, snapshotIds, uploadNumber } from './upload-expressions';

/** What is uploaded, and how. */
export interface ImageUploadProps {
  readonly type: ResourceType;
  /** Known when everything has been evaluated. */
  readonly source: () => ImageSource;
  readonly location?: string;
  readonly keepImages: number;
}

/** The image of a configuration. */
export interface ImageSource {
  readonly contentId: string;
  readonly drvPath: string;
  readonly outPath: string;
  /** Relative to the output. */
  readonly file: string;
  readonly bootMode: string;
  readonly architecture: Architecture;
}

/** The resources of an uploaded image, and their order: docs/decisions/013-who-owns-uploaded-images.md. */
export class ImageUpload {
  readonly fqn: string;
  /** The id of the snapshot, as a reference: what uses it waits until the snapshot is kept. */
  readonly imageId: string;

  private readonly janitor: ClientResource;
  private readonly work: ClientResource;
  private readonly kept: DataHcloudImages;
  private readonly builder: DataHcloudServers;
  private readonly snapshots: Snapshot;

  constructor(
    private readonly owner: Construct,
    private readonly props: ImageUploadProps,
  ) {
    this.janitor = this.addJanitor();
    this.kept = new DataHcloudImages(owner, 'kept', { withSelector: keptSelector(this.labels), mostRecent: true });
    this.work = this.addWork();
    const selector = `${LABELS.upload}=${this.work.reference('upload')}`;
    this.builder = new DataHcloudServers(owner, 'builder', { withSelector: selector });
    this.snapshots = this.addSnapshots();
    const finish = this.addFinish();
    this.fqn = finish.fqn;
    this.imageId = finish.reference('imageId');
  }

  /** The labels of the owner, and of the image among his. */
  private get labels(): { readonly [name: string]: string } {
    return { ...ownerLabel(this.owner), [LABELS.image]: contentHash(this.owner.node.path) };
  }

  /** What the jobs of this image have in common. */
  private get frame() {
    const { [LABELS.owner]: owner, [LABELS.image]: image } = this.labels;
    return { owner, image, state: this.janitor.id };
  }

  /** Its destroy provisioner deletes what a killed upload left behind, and its id names the state. */
  private addJanitor(): ClientResource {
    return new ClientResource(new Construct(this.owner, 'janitor'), {
      type: this.props.type,
      triggers: {},
      replacement: Replacement.whenDestroyed((state) => ({ step: 'sweep', state })),
      job: { kind: HCLOUD_UPLOAD, bundle: {}, template: {}, evaluated: () => ({}) },
      problems: () => [],
    });
  }

  private addWork(): ClientResource {
    const { type, location } = this.props;
    const content = this.literal(({ contentId }) => contentId);
    const upload = this.literal(({ contentId }) => uploadNumber(addressOf(this.kept), contentId));
    return new ClientResource(new Construct(this.owner, 'upload'), {
      type,
      triggers: { content, upload },
      replacement: Replacement.NEW_FIRST,
      job: {
        kind: HCLOUD_UPLOAD,
        bundle: {},
        template: { step: 'upload', ...this.frame, upload: self(type, 'upload'), location },
        evaluated: () => this.sourceOfWork(),
      },
      dependsOn: [this.janitor],
      problems: () => [],
    });
  }

  private sourceOfWork() {
    const { contentId: content, ...source } = this.props.source();
    return { content, ...source };
  }

  /** Its labels do not change: the finish adds to them. */
  private addSnapshots(): Snapshot {
    const snapshots = new Snapshot(this.owner, 'snapshot', {
      serverId: Token.asNumber(lazy(() => builder(addressOf(this.builder)))),
      description: this.owner.node.path,
      labels: { ...this.labels, [LABELS.content]: '${each.key}', [LABELS.state]: this.janitor.id },
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['server_id', 'labels', 'description'] },
    });
    const { keepImages } = this.props;
    const all = this.literal(({ contentId }) => contents(addressOf(this.kept), contentId, keepImages));
    snapshots.addOverride('for_each', all);
    return snapshots;
  }

  /** What everything else refers to: it moves over to another snapshot before the old one goes. */
  private addFinish(): ClientResource {
    const { type } = this.props;
    const snapshots = lazy(() => snapshotIds(addressOf(this.snapshots)));
    return new ClientResource(this.owner, {
      type,
      triggers: {
        imageId: this.literal(({ contentId }) => snapshotId(addressOf(this.snapshots), contentId)),
        upload: this.work.reference('upload'),
      },
      replacement: Replacement.NEW_FIRST,
      job: {
        kind: HCLOUD_UPLOAD,
        bundle: {},
        template: {
          step: 'finish',
          ...this.frame,
          snapshot: self(type, 'imageId'),
          upload: self(type, 'upload'),
          snapshots,
        },
        evaluated: () => ({ content: this.props.source().contentId }),
      },
      problems: () => [],
    });
  }

  /** A text that is known when everything has been evaluated. */
  private literal(text: (source: ImageSource) => string): string {
    return Lazy.stringValue({ produce: ({ preparing }) => (preparing ? '' : text(this.props.source())) });
  }
}

function lazy(expression: () => string): string {
  return Lazy.stringValue({ produce: expression });
}

/** A trigger of the resource whose provisioner runs: the same number as in the state. */
function self(type: ResourceType, trigger: string): string {
  return lazy(() => `\${self.${type.triggersAttribute}["${trigger}"]}`);
}

function addressOf(element: TerraformElement & { readonly terraformResourceType: string }): string {
  const prefix = 'withSelectorInput' in element ? 'data.' : '';
  return `${prefix}${element.terraformResourceType}.${element.friendlyUniqueId}`;
}
