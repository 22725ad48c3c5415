import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { stageClientFiles } from '../../lib/terraform/client-files';
import { configuration } from '../support/configuration';
import { ed25519 } from '../support/public-keys';
import { Project } from '../support/project';

let project: Project;

beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

function deployIn(id: string) {
  const stack = project.stack(id);
  const machine = NixosMachine.fromHost(stack, 'host', { host: id, hostKeys: HostKeys.pinned([ed25519()]) });
  new NixosDeployment(stack, 'web', { machine, configuration: configuration() });
}

it('each stack with a deployment gets the client under a name without a hash, and no half files', () => {
  deployIn('one');
  deployIn('two');
  project.stack('none');
  project.synth('one');
  for (const id of ['one', 'two']) {
    const files = readdirSync(path.join(project.stackDirectory(id), 'cdktf-nixos')).sort();
    expect(files).toEqual(['client.cjs', 'janitor.sh', 'launch.sh', 'supervisor.sh']);
  }
  expect(existsSync(path.join(project.stackDirectory('none'), 'cdktf-nixos'))).toBe(false);
});

it('a synth replaces the client of an earlier version', () => {
  deployIn('one');
  const folder = path.join(project.stackDirectory('one'), 'cdktf-nixos');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'launch.sh'), 'of an earlier version');
  project.synth('one');
  expect(readFileSync(path.join(folder, 'launch.sh'), 'utf8')).not.toBe('of an earlier version');
});

it('a kind of job whose name leads out of the folder is not staged', () => {
  const bundles = [{ kind: '../client', file: __filename }];
  expect(() => stageClientFiles(project.stack('one'), bundles)).toThrow(
    '[one] kind: got "../client", expected the name',
  );
});
