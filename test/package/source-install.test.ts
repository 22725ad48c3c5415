import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/setup/environment.mjs';

/** What a build needs; an install from git would bring all our tools, which takes a minute. */
const BUILD_TOOLS = [
  '@cdktf/provider-null',
  '@types/node',
  'cdktf',
  'constructs',
  'esbuild',
  'execa',
  'typescript',
  'yaml',
];

describe('a clone that nobody has built', () => {
  let folder: string;
  let clone: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'source-install-'));
    clone = path.join(folder, 'clone');
    for (const file of filesOfTheRepository()) cpSync(path.join(root, file), path.join(clone, file));
    keepBuildTools(path.join(clone, 'package.json'));
    const git = (...args: string[]) => execaSync('git', ['-C', clone, ...args]);
    git('init', '--quiet');
    git('add', '--all');
    git('-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '--message', 'clone');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function filesOfTheRepository(): string[] {
    const { stdout } = execaSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
    return stdout.split('\n').filter((file) => existsSync(path.join(root, file)));
  }

  function keepBuildTools(file: string): void {
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    const kept = Object.entries(manifest.devDependencies).filter(([name]) => BUILD_TOOLS.includes(name));
    expect(kept).toHaveLength(BUILD_TOOLS.length);
    writeFileSync(file, JSON.stringify({ ...manifest, devDependencies: Object.fromEntries(kept) }));
  }

  it('the package is built when npm installs it from git', () => {
    const app = path.join(folder, 'app');
    mkdirSync(app);
    writeFileSync(path.join(app, 'package.json'), '{ "private": true }');
    const source = `git+file://${clone}`;
    execaSync('npm', ['install', '--no-fund', '--no-audit', '--prefer-offline', source], { cwd: app });
    const { stdout } = execaSync('node', ['--print', `Object.keys(require('cdktf-nixos'))`], { cwd: app });
    expect(stdout).toContain('NixosDeployment');
  }, 240_000);

  it('the package is not built by `npm ci` in the clone', () => {
    execaSync('node', ['scripts/prepare.mjs'], { cwd: clone, env: { npm_command: 'ci' } });
    expect(existsSync(path.join(clone, 'dist'))).toBe(false);
  });

  it('the package is built when npm packs the clone', () => {
    symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'));
    const { stdout } = execaSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: clone });
    expect(stdout).toContain('"dist/index.js"');
    expect(stdout).toContain('"dist/client/client.cjs"');
  });
});
