import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.join(__dirname, '..', '..');
const { version, devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** What an app installs beside us; no cloud's bindings. */
const OTHERS = pick('constructs', '@cdktf/provider-null', 'tsx', 'typescript', '@types/node');

/** The ways to have CDK for Terraform: its last release, and its living fork under the name that its users import. */
const PLATFORMS = {
  cdktf: { dependencies: { ...OTHERS, ...pick('cdktf') } },
  'its fork cdktn': {
    dependencies: { ...OTHERS, cdktf: 'npm:cdktn@^0.24.0', cdktn: '^0.24.0', constructs: '~10.7.0' },
    overrides: { cdktf: '$cdktf' },
  },
};

function pick(...names: string[]): { [name: string]: string } {
  return Object.fromEntries(names.map((name) => [name, devDependencies[name]]));
}

describe.each(Object.entries(PLATFORMS))('the packed package in an app of its own with %s', (_platform, manifest) => {
  const app = mkdtempSync(path.join(tmpdir(), 'consumer-'));
  const inApp = (program: string, ...args: string[]) =>
    execaSync(program, args, { cwd: app, reject: false, all: true, stdin: 'ignore' });

  beforeAll(() => {
    execaSync('npm', ['pack', '--ignore-scripts', '--pack-destination', app], { cwd: root });
    cpSync(path.join(__dirname, 'consumer'), app, { recursive: true });
    const dependencies = { ...manifest.dependencies, 'cdktf-nixos': `file:cdktf-nixos-${version}.tgz` };
    writeFileSync(path.join(app, 'package.json'), JSON.stringify({ private: true, ...manifest, dependencies }));
    execaSync('npm', ['install', '--no-fund', '--no-audit', '--prefer-offline'], { cwd: app });
  }, 240_000);

  afterAll(() => rmSync(app, { recursive: true, force: true }));

  it('the package installs without the bindings of any cloud and without execa', () => {
    expect(readdirSync(path.join(app, 'node_modules', '@cdktf'))).not.toContain('provider-aws');
    expect(existsSync(path.join(app, 'node_modules', 'execa'))).toBe(false);
  });

  it('a CommonJS app type-checks with the declarations of all its packages', () => {
    const { exitCode, all } = inApp('node_modules/.bin/tsc', '--project', 'tsconfig.json');
    expect(all).toBe('');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['tsx', ['node_modules/.bin/tsx', 'app.ts']],
    ['plain Node as CommonJS', ['node', 'app.cjs']],
    ['plain Node as an ES module', ['node', 'app.mjs']],
  ])('an app synthesizes with %s, and the client starts from the synthesized folder', (_, [program, ...args]) => {
    rmSync(path.join(app, 'cdktf.out'), { recursive: true, force: true });
    const { exitCode, all } = inApp(program, ...args);
    expect(all).not.toContain('Error');
    expect(exitCode).toBe(0);

    const stack = path.join(app, 'cdktf.out', 'stacks', 'web');
    const { resource } = JSON.parse(readFileSync(path.join(stack, 'cdk.tf.json'), 'utf8'));
    expect(Object.keys(resource.null_resource)).toEqual(['system']);
    const client = execaSync('sh', ['cdktf-nixos/launch.sh'], {
      cwd: stack,
      reject: false,
      env: { CDKTF_NIXOS_JOB: '{}' },
    });
    expect(client.exitCode).toBe(64);
  });

  it.each([
    ['TypeScript', ['node_modules/.bin/tsx', 'own-cloud.ts']],
    ['plain JavaScript', ['node', 'own-cloud.mjs']],
  ])(
    "an app deploys to a machine of a cloud of its own, a class in %s that extends the package's",
    (_, [program, ...args]) => {
      rmSync(path.join(app, 'cdktf.out'), { recursive: true, force: true });
      const { exitCode, all } = inApp(program, ...args);
      expect([exitCode, all]).toEqual([0, expect.not.stringContaining('Error')]);

      const { resource } = JSON.parse(
        readFileSync(path.join(app, 'cdktf.out', 'stacks', 'web', 'cdk.tf.json'), 'utf8'),
      );
      expect(resource.null_resource.system.depends_on).toEqual(['terraform_data.own']);
      expect(resource.null_resource.system.triggers.machine).toBe('${terraform_data.own.id}');
    },
  );

  it("the package's example of a cloud type-checks as it is", () => {
    cpSync(path.join(app, 'node_modules', 'cdktf-nixos', 'examples', 'own-cloud'), path.join(app, 'own-cloud'), {
      recursive: true,
    });
    const { exitCode, all } = inApp('node_modules/.bin/tsc', '--project', 'own-cloud/tsconfig.json');
    expect([exitCode, all]).toEqual([0, '']);
  });

  it('the package holds only what it needs at run time and what its README links to', () => {
    const { stdout } = execaSync('tar', ['-tzf', `cdktf-nixos-${version}.tgz`], { cwd: app });
    const wanted = /^package\/(dist|nix|schema|docs|examples)\/|^package\/[^/]+$/;
    expect(stdout.split('\n').filter((file) => !wanted.test(file))).toEqual([]);
    expect(stdout).toContain('package/dist/third-party-licenses.txt');
  });

  it('the pages of the package have no dead links', () => {
    const installed = path.join(app, 'node_modules', 'cdktf-nixos');
    const pages = [
      'README.md',
      ...readdirSync(path.join(installed, 'docs'), { recursive: true }).map((page) => `docs/${page}`),
    ];
    const links = pages
      .filter((page) => page.endsWith('.md'))
      .flatMap((page) => {
        const text = readFileSync(path.join(installed, page), 'utf8');
        return [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link]) => path.join(path.dirname(page), link));
      });
    expect(links).toContain('docs/deploy-client.md');
    expect(links.filter((link) => !existsSync(path.join(installed, link)))).toEqual([]);
  });
});

it("the project's own cdktf.json starts the smallest program", () => {
  const output = mkdtempSync(path.join(tmpdir(), 'synth-'));
  const { app } = JSON.parse(readFileSync(path.join(root, 'cdktf.json'), 'utf8')) as { app: string };
  const env = { CDKTF_OUTDIR: output };
  const { exitCode, all } = execaSync('sh', ['-c', app], { cwd: root, env, reject: false, all: true });
  expect(all).not.toContain('Error');
  expect([exitCode, readdirSync(path.join(output, 'stacks'))]).toEqual([0, ['web']]);
  rmSync(output, { recursive: true });
});
