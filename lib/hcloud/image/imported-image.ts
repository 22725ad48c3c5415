import { Construct } from 'constructs';
import { Checks } from '../../terraform/checks';
import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';
import { stackOf } from '../../terraform/stack';
import { DataHcloudImage } from '../bindings/data-hcloud-image';
import type { IHcloudImage } from '../hcloud-image-reference';
import { ensureHcloudProvider } from '../provider';
import { architectureProblem } from './image-problems';

/** By what an image is found that another program, or nobody's, has made. */
export interface HcloudImageLookup {
  /** A selector of labels: `role=web,stage!=test`. The newest image that it matches is meant. */
  readonly selector: string;
  /** `x86` or `arm`. */
  readonly architecture: string;
}

/** An image that this program does not make. */
export class ImportedHcloudImage extends Construct implements IHcloudImage {
  static byId(scope: Construct, id: string, imageId: string, architecture: string): IHcloudImage {
    const image = new ImportedHcloudImage(scope, id, architecture);
    new Checks(image.node.path).value('imageId', imageId, textProblem);
    image.known = imageId;
    return image;
  }

  static byLabel(scope: Construct, id: string, { selector, architecture }: HcloudImageLookup): IHcloudImage {
    const image = new ImportedHcloudImage(scope, id, architecture);
    new Checks(image.node.path).value('selector', selector, textProblem);
    const found = new DataHcloudImage(image, 'Default', {
      withSelector: selector,
      withArchitecture: architecture,
      mostRecent: true,
    });
    image.known = found.getStringAttribute('id');
    ensureHcloudProvider(stackOf(image));
    return image;
  }

  private known = '';

  private constructor(
    scope: Construct,
    id: string,
    readonly architecture: string,
  ) {
    super(scope, id);
    new Checks(this.node.path).literal('architecture', architecture ?? '', architectureProblem);
  }

  get imageId(): string {
    return this.known;
  }

  /** Another image has another id. */
  get contentId(): string {
    return this.known;
  }
}

function textProblem(text: unknown): Problem | undefined {
  if (typeof text === 'string' && text.trim() !== '') return undefined;
  return { given: display(text), expected: 'a text', fix: 'give it as a string that is not empty' };
}
