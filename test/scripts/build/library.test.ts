import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/setup/environment.mjs';
import { buildLibrary } from '../../../scripts/build/library.mjs';
import { ed25519 } from '../../support/public-keys';

/** An entry as one for a cloud would be: it needs a class that programs name, and an inner function. */
const SECOND_ENTRY = `
export { NixosMachine as Machine } from ${JSON.stringify(path.join(root, 'lib', 'nixos-machine'))};
export { packageFile } from ${JSON.stringify(path.join(root, 'lib', 'private', 'package-file'))};
`;

describe('the built library', () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'library-'));
    const second = path.join(folder, 'second-entry.ts');
    writeFileSync(second, SECOND_ENTRY);
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    await buildLibrary({ index: 'lib/index.ts' }, path.join(folder, 'one'));
    await buildLibrary({ index: 'lib/index.ts', second }, path.join(folder, 'two'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What an expression gives in a Node of its own. */
  function inNode(expression: string): unknown {
    const { stdout } = execaSync('node', ['--print', `JSON.stringify(${expression})`], { cwd: folder });
    return JSON.parse(stdout);
  }

  const LOADED = `Object.keys(require.cache).filter((file) => !file.includes('node_modules')).map((file) => require('path').basename(file)).sort()`;

  it('the built library loads neither execa nor yaml when a program imports it', () => {
    expect(inNode(`(require('./one/index.js'), ${LOADED})`)).toEqual(['execa.js', 'index.js', 'yaml.js']);
  });

  it('the built library loads execa for the first process', () => {
    const output = `require('./one/execa.js').execaSync('echo', ['started']).stdout`;
    expect(inNode(`[${output}, ${LOADED}]`)).toEqual(['started', ['execa-bundle.js', 'execa.js']]);
  });

  it('the built library loads yaml for the first sops file, and not for other secrets', () => {
    writeFileSync(path.join(folder, 'secrets.yaml'), 'token: ENC[AES256_GCM,data:AA==,tag:AA==,type:str]\nsops: {}\n');
    const deploying = (source: string) =>
      `(() => {
        const { NixosDeployment, NixosMachine, NixosConfiguration, HostKeys, SecretSource } = require('./one/index.js');
        const { App, TerraformStack } = require('cdktf');
        const stack = new TerraformStack(new App(), 'stack');
        const hostKeys = HostKeys.certificateAuthority(${JSON.stringify(ed25519())});
        const machine = NixosMachine.fromHost(stack, 'web', { host: 'web.example', hostKeys });
        const configuration = NixosConfiguration.fromFlake('.#web');
        const secrets = { token: { source: SecretSource.${source}, version: '1' } };
        new NixosDeployment(stack, 'web-system', { machine, configuration, secrets });
        return ${LOADED};
      })()`;
    expect(inNode(deploying(`file('token')`))).toEqual(['execa.js', 'index.js', 'yaml.js']);
    expect(inNode(deploying(`sops('secrets.yaml', 'token')`))).toContain('yaml-bundle.js');
  });

  it('the built library exports every class under its own name', () => {
    const names = inNode(`Object.entries(require('./one/index.js')).map(([name, value]) => [name, value.name])`);
    expect(names).toContainEqual(['NixosMachine', 'NixosMachine']);
    expect((names as string[][]).filter(([name, own]) => name !== own)).toEqual([]);
  });

  it('the built library holds every class once when the package has a second entry', () => {
    expect(inNode(`require('./two/second.js').Machine === require('./two/index.js').NixosMachine`)).toBe(true);
  });

  it('the built library names the missing file when it was taken out of its package', () => {
    const message = `(() => { try { return require('./two/second.js').packageFile('nix', 'eval.nix'); } catch (error) { return error.message; } })()`;
    expect(inNode(message)).toMatch(/^nix\/eval\.nix of cdktf-nixos is missing above .*: install the package again/);
  });

  it('the built library lies beside the programs of its threads', () => {
    expect(readdirSync(path.join(folder, 'one'))).toContain('progress-worker.mjs');
  });
});
