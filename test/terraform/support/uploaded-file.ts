import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ClientResource } from '../../../lib/terraform/client-resource';
import { Replacement } from '../../../lib/terraform/replacement';
import type { ResourceType } from '../../../lib/terraform/resource-type';

interface UploadedFileProps {
  readonly type: ResourceType;
  /** Where it is left: outside of Terraform. */
  readonly file: string;
  readonly content: string;
  /** The bundle of the kind of job. */
  readonly bundle: string;
}

/** A third construct on the recipe: apply leaves a file behind, and destroying removes it. */
export class UploadedFile extends Construct implements ITerraformDependable {
  readonly fqn: string;
  /** The file as a reference: what uses it waits until the file is there. */
  readonly file: string;

  constructor(scope: Construct, id: string, { type, file, content, bundle }: UploadedFileProps) {
    super(scope, id);
    const resource = new ClientResource(this, {
      type,
      triggers: { file },
      replacement: Replacement.newFirst({ trigger: 'file', removal: (trigger) => ({ file: trigger('file') }) }),
      job: {
        kind: 'uploaded-file',
        bundle: { file: bundle },
        template: { file },
        evaluated: () => ({ content }),
      },
      problems: () => [],
    });
    this.fqn = resource.fqn;
    this.file = resource.reference('file');
  }
}
