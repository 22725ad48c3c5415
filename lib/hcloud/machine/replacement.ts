import { DataResource } from 'cdktf';
import type { Construct } from 'constructs';
import { TerraformText } from '../../terraform/json';
import { addressOf } from '../../terraform/resource-name';
import type { Server } from '../bindings/server';
import { CONTENT_LABEL } from '../labels';

/** Random, so that a server that is replaced for any other reason, or was never recorded, is not in the way of the next. */
const UNIQUE = '${substr(uuid(), 0, 8)}';

/**
 * Has a server replaced when the content of its image changes, and only then: the same content may be uploaded again. The new
 * server is there before the old one is deleted, so each has a name of its own, which it keeps.
 */
export function replaceByContent(machine: Construct, server: Server, contentId: string): void {
  const content = new DataResource(machine, 'content');
  content.addOverride('input', new TerraformText(contentId).toString());
  server.name = `${server.nameInput}-${UNIQUE}`;
  server.labels = { ...server.labelsInput, [CONTENT_LABEL]: contentId };
  server.lifecycle = {
    ...server.lifecycle,
    createBeforeDestroy: true,
    ignoreChanges: [...(server.lifecycle?.ignoreChanges as string[]), 'name'],
    replaceTriggeredBy: [addressOf(content)],
  };
}
