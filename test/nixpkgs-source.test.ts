import { TerraformOutput, Token } from 'cdktf';
import { describe, expect, it, vi } from 'vitest';
import { execaSync } from 'execa';
import { NixosConfiguration, type FileConfigurationOptions } from '../lib/nixos-configuration';
import { NixosModule } from '../lib/nixos-module';
import { NixpkgsSource } from '../lib/nixpkgs-source';
import { describeWithEachNix } from './evaluation/support/nix-versions';
import { DISTRIBUTION, ProjectFolder } from './evaluation/support/project-folder';
import { evaluate, evaluateAll, problemsOf } from './evaluation/support/requester';

const system = 'x86_64-linux';
const CONFIGURATION = '{ imports = [ ./machine.nix ]; users.motd = "file"; }';
const FILES = { 'configuration.nix': CONFIGURATION, 'machine.nix': '{ networking.hostName = "web"; }' };

/** What Nix gives without our help. */
function byHand(project: ProjectFolder): string {
  return project.run('nix-instantiate', [
    ...[`${DISTRIBUTION}/nixos`, '-A', 'system', '--argstr', 'system', system],
    ...['--arg', 'configuration', './configuration.nix'],
  ]);
}

describeWithEachNix('a configuration.nix', () => {
  it('a configuration.nix has the derivation that its nixpkgs gives by hand, wherever that comes from', () => {
    const project = ProjectFolder.empty(FILES);
    const { distribution } = archived(project);
    vi.stubEnv('NIX_PATH', `nixpkgs=${DISTRIBUTION}`);
    const from = (nixpkgs: NixpkgsSource) => NixosConfiguration.fromFile('configuration.nix', { nixpkgs, system });
    const evaluated = evaluateAll(project, () => ({
      path: from(NixpkgsSource.fromPath(DISTRIBUTION)),
      flake: from(NixpkgsSource.fromFlake(`path:${DISTRIBUTION}`)),
      nixPath: from(NixpkgsSource.NIX_PATH),
      tarball: from(NixpkgsSource.fromTarball(`file://${distribution.file}`, distribution.sha256)),
    }));
    const expected = byHand(project);
    for (const [source, { drvPath }] of Object.entries(evaluated))
      expect([source, drvPath]).toEqual([source, expected]);
    vi.unstubAllEnvs();
  });

  it('<nixpkgs> in a configuration.nix is the nixpkgs that was given, wherever that comes from', () => {
    const project = ProjectFolder.empty({
      'configuration.nix': '{ imports = [ ./machine.nix ]; users.motd = toString <nixpkgs/nixos>; }',
      'machine.nix': '{ networking.hostName = if builtins.pathExists <nixpkgs/nixos> then "web" else "none"; }',
    });
    const { distribution } = archived(project);
    project.run('cp', ['-r', DISTRIBUTION, 'another: nixpkgs']);
    vi.stubEnv('NIX_PATH', 'nixpkgs=/nowhere');
    const sources = [
      NixpkgsSource.fromPath(DISTRIBUTION),
      project.within(() => NixpkgsSource.fromPath('another: nixpkgs')),
      NixpkgsSource.fromFlake(`path:${DISTRIBUTION}`),
      NixpkgsSource.fromTarball(`file://${distribution.file}`, distribution.sha256),
    ];
    const motds: unknown[] = [];
    project.within(() =>
      project.stack((stack) => {
        for (const nixpkgs of sources) {
          const configuration = NixosConfiguration.fromFile('configuration.nix', { nixpkgs, system });
          expect(configuration.option('networking.hostName').read(stack)).toBe('web');
          motds.push(configuration.option('users.motd').read(stack));
        }
      }),
    );
    const stored = expect.stringMatching(/^\/nix\/store\/[0-9a-z]{32}-source\/nixos$/);
    expect(motds).toEqual([`${DISTRIBUTION}/nixos`, `${project.directory}/another: nixpkgs/nixos`, stored, stored]);
    vi.unstubAllEnvs();
  });

  it('a configuration.nix gets neither NIX_PATH nor the home folder unasked', () => {
    const project = ProjectFolder.empty({
      'configuration.nix': `{ users.motd = toString (builtins.tryEval <other>).success + builtins.getEnv "HOME"; }`,
    });
    vi.stubEnv('NIX_PATH', `other=${DISTRIBUTION}:/a path/with blanks`);
    const motd = project.within(() => {
      let value = '';
      project.stack((stack) => {
        const nixpkgs = NixpkgsSource.fromPath(DISTRIBUTION);
        value = NixosConfiguration.fromFile('configuration.nix', { nixpkgs, system }).option('users.motd').read(stack);
      });
      return value;
    });
    expect(motd).toBe(`${project.output}/nixos/home`);
    vi.unstubAllEnvs();
  });

  it('a configuration.nix can be extended by files and data', () => {
    const project = ProjectFolder.empty({
      ...FILES,
      'more.nix': '{ role, ... }: { environment.etc.role.text = role; }',
    });
    const nixpkgs = NixpkgsSource.fromPath(DISTRIBUTION);
    const evaluated = evaluate(project, () =>
      NixosConfiguration.fromFile('configuration.nix', { nixpkgs, system }).extend({
        modules: [
          NixosModule.fromFile('more.nix'),
          NixosModule.fromConfig({ services: { openssh: { enable: false } } }),
        ],
        specialArgs: { role: 'web' },
      }),
    );
    const expression = `(import ${DISTRIBUTION}/nixos/lib/eval-config.nix {
      system = "${system}";
      specialArgs.role = "web";
      modules = [ ./configuration.nix ./more.nix { services.openssh.enable = false; } ];
    }).config.system.build.toplevel`;
    expect(evaluated.drvPath).toBe(project.run('nix-instantiate', ['--expr', expression]));
  });

  it('a configuration.nix fails when it is missing, or when a flake lacks the module that it wants', () => {
    const project = ProjectFolder.empty(FILES);
    const options = { nixpkgs: NixpkgsSource.fromPath(DISTRIBUTION), system };
    expect(problemsOf(project, () => NixosConfiguration.fromFile('missing.nix', options))).toContain(
      'missing.nix cannot be evaluated: the file does not exist',
    );
    const inFlake = () =>
      NixosConfiguration.fromFile('configuration.nix', options).extend({ modules: [NixosModule.inFlake('a.nix')] });
    expect(problemsOf(project, inFlake)).toContain(
      '[fleet/web] modules[0]: got NixosModule.inFlake("a.nix") for the file configuration.nix, ' +
        'expected a module that needs no flake; use NixosModule.fromFile',
    );
  });
});

describe('a nixpkgs source or system that is not valid', () => {
  const token = Token.asString({ resolve: () => '${x}', creationStack: [] });

  it('a nixpkgs source or system that is not valid is refused', () => {
    expect(() => NixpkgsSource.fromPath(token)).toThrow('[NixpkgsSource.fromPath] directory: got a Terraform token');
    expect(() => NixpkgsSource.fromPath('')).toThrow('[NixpkgsSource.fromPath] directory: got ""');
    expect(() => NixpkgsSource.fromFlake('nixpkgs#x')).toThrow('leave out "#" and the attribute');
    expect(() => NixpkgsSource.fromTarball('ftp//x', 'abc')).toThrow('[NixpkgsSource.fromTarball] url: got "ftp//x"');
    expect(() => NixpkgsSource.fromTarball('https://x/y.tar.gz', 'abc')).toThrow(
      '[NixpkgsSource.fromTarball] sha256: got "abc", expected the SHA-256 of the unpacked tree',
    );
    const nixpkgs = NixpkgsSource.NIX_PATH;
    for (const bad of ['', 'linux', 'x86_64-linux; id', token]) {
      expect(() => NixosConfiguration.fromFile('a.nix', { nixpkgs, system: bad })).toThrow(
        /^\[NixosConfiguration.fromFile\] system: got .*, expected Nix's name of a platform; write "x86_64-linux"/,
      );
    }
  });
});

describe('a configuration file without nixpkgs and platform', () => {
  const problem = (missing: string) =>
    `configuration: got NixosConfiguration.fromFile("a.nix") without ${missing}, expected the nixpkgs and the ` +
    'platform to evaluate it with; write { nixpkgs: NixpkgsSource.fromFlake(';

  it.each([
    ['system', { nixpkgs: NixpkgsSource.NIX_PATH }],
    ['nixpkgs', { system }],
    ['nixpkgs and system', undefined],
  ])('a configuration file is refused by the path of its user: without %s', (missing, options) => {
    const configuration = () => NixosConfiguration.fromFile('a.nix', options as unknown as FileConfigurationOptions);
    const project = ProjectFolder.empty({ 'a.nix': '{ }' });
    expect(problemsOf(project, configuration)).toContain(`[fleet/web] ${problem(missing)}`);
    const token = () =>
      project.within(() => {
        const app = project.stack((stack) => {
          new TerraformOutput(stack, 'toplevel', { value: configuration().toplevel });
        });
        app.synth();
      });
    expect(token).toThrow(`[fleet] ${problem(missing)}`);
  });
});

/** The distribution as a tarball, as nixpkgs has one. */
function archived(project: ProjectFolder): { distribution: { file: string; sha256: string } } {
  const file = `${project.directory}/distribution.tar.gz`;
  const name = 'distribution';
  execaSync('tar', ['--create', '--gzip', '--file', file, '--directory', `${DISTRIBUTION}/..`, name]);
  const sha256 = project.run('nix-hash', ['--type', 'sha256', '--base32', DISTRIBUTION]);
  return { distribution: { file, sha256 } };
}
