import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { execa, execaSync } from 'execa';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NixBuild } from '../../lib/nix-build';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosModule } from '../../lib/nixos-module';
import { NixpkgsSource } from '../../lib/nixpkgs-source';
import { captured, flake, ProjectFolder } from './support/project-folder';
import { describeWithEachNix } from './support/nix-versions';
import { type RecordedProcess, recordedProcesses } from './support/recorded-processes';
import { evaluate, problemsOf } from './support/requester';
import { refusal } from '../support/refusal';

const WEB = 'web = system [ { networking.hostName = "web"; } ];';
const CANARY = `canary${randomBytes(12).toString('hex')}`;

afterEach(() => void vi.unstubAllEnvs());

/** Where a canary was seen after a synth and while it ran. */
interface Sightings {
  readonly store: readonly string[];
  readonly output: readonly string[];
  readonly argv: readonly RecordedProcess[];
  /** The names of variables, with the program that got them. */
  readonly environ: readonly string[];
  readonly printed: string;
}

function sightings(project: ProjectFolder, synth: () => unknown): Sightings {
  const before = new Set(readdirSync('/nix/store'));
  let processes: RecordedProcess[] = [];
  const { stdout, stderr } = captured(() => (processes = recordedProcesses(synth)));
  expect(processes.length).toBeGreaterThan(0);
  const made = readdirSync('/nix/store').filter((name) => !before.has(name));
  return {
    store: filesWith(made.map((name) => path.join('/nix/store', name))),
    output: filesWith([project.output]),
    argv: processes.filter(({ argv }) => argv.some((word) => word.includes(CANARY))),
    environ: [
      ...new Set(
        processes.flatMap(({ argv, environ }) =>
          environ.filter((entry) => entry.includes(CANARY)).map((entry) => `${argv[0]} ${entry.split('=', 1)[0]}`),
        ),
      ),
    ],
    printed: [stdout, stderr].filter((text) => text.includes(CANARY)).join(''),
  };
}

/** The files and names below folders that hold the canary. */
function filesWith(folders: readonly string[]): string[] {
  if (folders.length === 0) return [];
  const { stdout } = execaSync('grep', ['-rlaF', CANARY, ...folders], { reject: false });
  const named = execaSync('find', [...folders, '-name', `*${CANARY}*`], { reject: false }).stdout;
  return `${stdout}\n${named}`.split('\n').filter(Boolean);
}

const NOWHERE = { store: [], output: [], argv: [], environ: [], printed: '' };

describeWithEachNix('a secret', () => {
  it('a synth shows a canary that is planted where everybody may read', () => {
    const project = ProjectFolder.flake(WEB);
    project.write({ [`${CANARY}/flake.nix`]: flake(`web = builtins.trace "${CANARY}" (system [ ]);`) });
    project.commit();
    execaSync('nix', ['flake', 'lock', `./${CANARY}`], { cwd: project.directory });
    project.commit();
    const modules = [NixosModule.fromConfig({ users: { motd: CANARY } })];
    vi.stubEnv('NIX_CANARY', CANARY);
    const seen = sightings(project, () =>
      evaluate(project, () => NixosConfiguration.fromFlake(`./${CANARY}#web`).extend({ modules })),
    );
    expect(seen.store).not.toEqual([]);
    expect(seen.output).not.toEqual([]);
    expect(seen.argv).not.toEqual([]);
    expect(seen.environ).toContain('nix NIX_CANARY');
    expect(seen.printed).not.toBe('');
  });

  it('a setting of an evaluation is seen only in the environment of what evaluates', () => {
    const project = ProjectFolder.flake(WEB);
    const settings = { 'access-tokens': `github.com=${CANARY}`, 'max-call-depth': '20000' };
    const configuration = () => NixosConfiguration.fromFlake('.#web').extend({ nix: { settings } });
    const seen = sightings(project, () => evaluate(project, configuration));
    expect({ ...seen, environ: [] }).toEqual(NOWHERE);
    expect([...new Set(seen.environ.map((entry) => entry.split(' ')[1]))]).toEqual(['NIX_CONFIG']);
    expect(seen.environ).toContain('nix NIX_CONFIG');
    expect(seen.environ).not.toContain('nix-instantiate NIX_CONFIG');
  });

  it('a setting of an evaluation that fails is not printed', () => {
    const project = ProjectFolder.flake('web = system [ { users.motd = throw "the error of web"; } ];');
    const settings = { 'access-tokens': `github.com=${CANARY}` };
    let problems = '';
    const seen = sightings(project, () => {
      problems = problemsOf(project, () => NixosConfiguration.fromFlake('.#web').extend({ nix: { settings } }));
    });
    expect({ ...seen, environ: [] }).toEqual(NOWHERE);
    expect(problems).toContain('--option access-tokens ...');
    expect(problems).not.toContain(CANARY);
  });

  it('a login that a registry adds to a flake is refused before it is written anywhere', async () => {
    const project = ProjectFolder.empty({ 'served/flk/flake.nix': '{ outputs = _: { nixosConfigurations = { }; }; }' });
    const served = path.join(project.directory, 'served');
    project.run('tar', ['-C', served, '-czf', path.join(served, 'flk.tar.gz'), 'flk']);
    const server = execa('python3', ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1'], {
      cwd: served,
      all: true,
    });
    const port = await new Promise<string>((resolve) => {
      server.all.on('data', (data: Buffer) => {
        const [, found] = /port (\d+)/.exec(String(data)) ?? [];
        if (found) resolve(found);
      });
    });
    const to = { type: 'tarball', url: `http://bob:${CANARY}@127.0.0.1:${port}/flk.tar.gz` };
    const entry = { from: { type: 'indirect', id: 'fleet' }, to };
    project.write({ 'registry.json': JSON.stringify({ version: 2, flakes: [entry] }) });
    const registry = path.join(project.directory, 'registry.json');
    vi.stubEnv('NIX_CONFIG', `${process.env.NIX_CONFIG ?? ''}\nflake-registry = ${registry}`);
    let problems = '';
    const seen = sightings(project, () => {
      problems = problemsOf(project, () => NixosConfiguration.fromFlake('fleet#web'));
    });
    server.kill();
    await server.catch(() => undefined);
    expect(seen).toEqual(NOWHERE);
    expect(problems).toMatch(/flake fleet cannot be evaluated: it stands for \S*\.\.\.@127\.0\.0\.1\S*, which holds a/);
    expect(problems).not.toContain(CANARY);
  });
});

describe('a credential in a URL', () => {
  const URLS = [
    `http://bob:${CANARY}@127.0.0.1/flk.tar.gz`,
    `git+https://${CANARY}@host.example/repo`,
    `git+ssh://git:${CANARY}@host.example/repo`,
    `https://host.example/archive.tar.gz?private_token=${CANARY}`,
    `https://host.example/archive.tar.gz?a=b&sig=${CANARY}`,
  ];
  const TAKERS: [string, (url: string) => unknown][] = [
    ['a configuration', (url) => NixosConfiguration.fromFlake(`${url}#web`)],
    ['the names of a flake', (url) => NixosConfiguration.namesInFlake(undefined as never, url)],
    ['a module', (url) => NixosModule.fromFlake(`${url}#nixosModules.web`)],
    ['a nixpkgs', (url) => NixpkgsSource.fromFlake(url)],
    ['an archive', (url) => NixpkgsSource.fromTarball(url.replace(/^git\+(ssh|https)/, 'https'), '0'.repeat(52))],
    [
      'a build',
      (url) => ProjectFolder.empty().stack((stack) => new NixBuild(stack, 'x', { installable: `${url}#a.b` })),
    ],
  ];

  it.each(TAKERS)('%s with a credential in its URL is refused, and the message names netrc', (_, take) => {
    for (const url of URLS) {
      const message = refusal(() => take(url));
      expect(message).toContain('a URL without a credential');
      expect(message).toContain('a login in a netrc file (netrc-file in nix.conf)');
      expect(message).not.toContain(CANARY);
    }
  });
});
