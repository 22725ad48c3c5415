import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Construct } from 'constructs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeploymentResource } from '../../lib/deployment-resource';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { jobIn } from '../support/job-text';
import { ed25519 } from '../support/public-keys';
import { project, stack, useProject } from '../support/project';

useProject();
afterEach(() => void vi.restoreAllMocks());

/** The program runs in a checkout of its own, with this cdktf.json. */
function checkout(name: string, file: string | undefined): void {
  const folder = path.join(project.directory, name);
  mkdirSync(folder);
  if (file !== undefined) writeFileSync(path.join(folder, 'cdktf.json'), file);
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
}

/** The whole program with one deployment; returns the owner in its job. */
function ownerIn(scope: Construct = stack, id = 'web-system'): unknown {
  const machine = NixosMachine.fromHost(scope, 'web', { host: 'web.example', hostKeys: HostKeys.pinned([ed25519()]) });
  new NixosDeployment(scope, id, { machine, configuration: configuration() });
  const [resource] = Object.values<any>(project.synth().resource.null_resource);
  return jobIn(resource).owner;
}

/** Synthesizes the same program anew. */
function again(scope?: (stack: Construct) => Construct, id?: string): unknown {
  project.newApp();
  const fresh = project.stack();
  return ownerIn(scope === undefined ? fresh : scope(fresh), id);
}

describe('the owner of a deployment', () => {
  it('the owner is the project, the stack and the workspace, in each checkout and under each name', () => {
    const owner = { project: 'b2f3', stack: 'stack', workspace: 'default' };
    checkout('first', '{ "projectId": "b2f3" }');
    expect(ownerIn()).toEqual(owner);
    checkout('second', '{ "projectId": "b2f3", "app": "other" }');
    expect(again()).toEqual(owner);
    expect(again((fresh) => new Construct(fresh, 'group'), 'renamed')).toEqual(owner);
  });

  it.each([
    ['without a projectId', '{}'],
    ['with an empty one', '{ "projectId": "" }'],
    ['that is no JSON', 'projectId: 1'],
    ['that is not there', undefined],
  ])('the project of a cdktf.json %s is unknown', (_, file) => {
    checkout('first', file);
    expect(ownerIn()).toEqual({ stack: 'stack', workspace: 'default' });
  });

  it('the real terraform gives the client the name of its workspace', () => {
    const machine = NixosMachine.fromHost(stack, 'web', {
      host: 'web.example',
      hostKeys: HostKeys.pinned([ed25519()]),
    });
    const resource = DeploymentResource.TERRAFORM_DATA;
    new NixosDeployment(stack, 'web-system', { machine, configuration: configuration(), resource });
    project.synth();
    const job = path.join(project.directory, 'job');
    writeFileSync(
      path.join(project.stackDirectory(), 'cdktf-nixos', 'launch.sh'),
      `printf '%s' "$CDKTF_NIXOS_JOB" >'${job}'\n`,
    );
    expect(project.terraform(['init']).exitCode).toBe(0);
    for (const workspace of ['default', 'ann']) {
      if (workspace !== 'default') project.terraform(['workspace', 'new', workspace]);
      expect(project.terraform(['apply', '-auto-approve']).all).toContain('Apply complete');
      expect(JSON.parse(readFileSync(job, 'utf8')).owner).toMatchObject({ stack: 'stack', workspace });
    }
  });
});
