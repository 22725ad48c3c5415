import { readFileSync } from 'node:fs';
import type { IConstruct } from 'constructs';
import type { Owner } from '../job/job';
import { projectPath } from '../private/paths';
import { stackOf } from '../terraform/stack';
import { terraformWorkspace } from '../terraform/workspace';

/**
 * The owner of a deployment: the same for each checkout of an app, and on each machine that applies it. It has no construct
 * path, so a rename leaves the owner as it is.
 */
export function ownerOf(deployment: IConstruct): Owner {
  return { project: projectId(), stack: stackOf(deployment).node.id, workspace: terraformWorkspace() };
}

/** `projectId` of cdktf.json, which `cdktf init` writes; an app may have none. */
function projectId(): string | undefined {
  try {
    const { projectId } = JSON.parse(readFileSync(projectPath('cdktf.json'), 'utf8')) as { projectId?: unknown };
    return typeof projectId === 'string' && projectId !== '' ? projectId : undefined;
  } catch {
    return undefined; // cdktf itself reports a file that it cannot read
  }
}
