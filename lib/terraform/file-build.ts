import { Lazy } from 'cdktf';
import type { Construct } from 'constructs';
import { informOnce, warnOnce } from './annotations';
import { ClientResource } from './client-resource';
import { Replacement } from './replacement';
import type { ResourceType } from './resource-type';

export interface FileBuildProps {
  readonly type: ResourceType;
  /** The whole path of the file. A token that is resolved at synth. */
  readonly path: string;
  /** The job of the kind `build`, when everything has been evaluated. */
  readonly job: () => object;
  /** Nothing is built, and no resource is planned, unless something uses the file. */
  readonly isOptional?: boolean;
  /** The construct's own problems. @default - it reports them itself */
  readonly problems?: () => readonly string[];
}

/** Functions of Terraform that read a file while it plans. */
const READ_AT_PLAN = /\b(file|filebase64|filemd5|filesha1|filesha256|filesha512|filebase64sha256|filebase64sha512)\(/;

/**
 * The resource that builds a derivation for a file in its output. It builds where something uses the file: another
 * consumer is a reason to build again, because the machine that applies now may not be the one that built before.
 */
export class FileBuild {
  readonly fqn: string;
  /** The path of the file as a reference. */
  readonly path: string;

  private readonly resource: ClientResource;

  constructor(
    private readonly owner: Construct,
    props: FileBuildProps,
  ) {
    this.resource = new ClientResource(owner, {
      type: props.type,
      triggers: { path: props.path, consumers: this.consumersTrigger() },
      replacement: Replacement.EITHER_ORDER,
      job: { kind: 'build', template: {}, evaluated: props.job },
      problems: () => this.problems(props),
    });
    if (props.isOptional) this.resource.existsIf(() => this.resource.consumers().length > 0);
    this.fqn = this.resource.fqn;
    this.path = this.resource.reference('path');
  }

  private consumersTrigger(): string {
    return Lazy.stringValue({ produce: ({ preparing }) => (preparing ? '' : this.consumers()) });
  }

  private consumers(): string {
    return this.resource
      .consumers()
      .map(({ address }) => address)
      .join(' ');
  }

  private problems({ isOptional = false, problems = () => [] }: FileBuildProps): readonly string[] {
    const consumers = this.resource.consumers();
    const readers = consumers.filter(({ text }) => READ_AT_PLAN.test(text)).map(({ address }) => address);
    if (readers.length > 0) warnOnce(this.owner, readAtPlan(readers));
    if (isOptional && consumers.length === 0) informOnce(this.owner, UNUSED);
    return problems();
  }
}

const UNUSED =
  'nothing in the stack uses its `path` or depends on it, so it is not built; an output makes Terraform build it: ' +
  '`new TerraformOutput(stack, "image", { value: image.path })`';

function readAtPlan(readers: readonly string[]): string {
  return (
    `${readers.join(', ')} may read the file while Terraform plans (filemd5 and the like), when it is not built yet: ` +
    'use `contentId`, which is another one for another content, and any other argument (source, not content) for the file'
  );
}
