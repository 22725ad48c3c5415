import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa, type ExecaError } from 'execa';
import { describe, expect, it } from 'vitest';
import { describeUnless } from '../support/describe-unless';

const root = path.join(__dirname, '..', '..');
const part = (name: string) => path.join(root, 'nix', 'modules', name);
const script = ['show-committed.sh', 'values.sh'].map((name) => readFileSync(part(name), 'utf8')).join('');

/** A NixOS source tree, and the folder of a Nix that is new enough for it. */
const { NIXPKGS: nixpkgs, NIX_226_BIN: bin } = process.env;
const PATH = bin ? `${bin}${path.delimiter}${process.env.PATH}` : process.env.PATH;

/** NixOS itself when its sources are given, besides the stand-in. */
const distributions = [
  { name: 'the stand-in distribution', directory: path.join(root, 'test', 'fixtures', 'distribution') },
  { name: `NixOS${nixpkgs ? '' : ' (skipped: NIXPKGS names no tree)'}`, directory: nixpkgs },
];

describe.each(distributions)('a configuration of $name', ({ directory }) => {
  const available = directory !== undefined;

  async function evaluated(config: object) {
    const file = path.join(__dirname, 'values.nix');
    const args = ['--eval', '--strict', '--json', file, '--arg', 'distribution', `${directory}`];
    const options = { reject: false, env: { PATH } };
    return execa('nix-instantiate', [...args, '--argstr', 'json', JSON.stringify(config)], options);
  }

  it.skipIf(!available)(
    'a configuration gets the path of each value by its name, and a unit for the boot',
    async () => {
      const { stdout, stderr } = await evaluated({
        'cdktf-nixos': { values: { dbEndpoint: {}, 'a.b': {}, 'a-b': {} } },
      });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        paths: {
          dbEndpoint: '/var/lib/cdktf-nixos/values/current/dbEndpoint.json',
          'a.b': '/var/lib/cdktf-nixos/values/current/a.b.json',
          'a-b': '/var/lib/cdktf-nixos/values/current/a-b.json',
        },
        unit: {
          wantedBy: ['sysinit.target'],
          before: ['sysinit.target'],
          unitConfig: expect.objectContaining({ ConditionPathExists: '!/run/cdktf-nixos', DefaultDependencies: false }),
          script,
          DECLARED: 'a-b a.b dbEndpoint',
        },
        first: '00-cdktf-nixos-values',
        beforeEtc: ['00-cdktf-nixos-values'],
      });
    },
  );

  it.skipIf(!available)('a configuration without values is left alone', async () => {
    const { stdout } = await evaluated({});
    expect(JSON.parse(stdout)).toMatchObject({ paths: {}, unit: null, beforeEtc: [] });
  });

  it.skipIf(!available)('a configuration fails when the name of a value is not valid', async () => {
    const { exitCode, stderr } = await evaluated({ 'cdktf-nixos': { values: { '../x': {} } } });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('cdktf-nixos.values: "../x" is not a valid name: expected 1 to 64 letters');
  });

  const readOnly = available && directory === nixpkgs;

  it.skipIf(!readOnly)(
    'a configuration fails when it sets a path itself (the stand-in has no read-only options)',
    async () => {
      const { exitCode, stderr } = await evaluated({ 'cdktf-nixos': { values: { x: { path: '/etc/passwd' } } } });
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(/read-only/);
    },
  );
});

const namespaces = process.platform === 'linux' && process.getuid?.() === 0;

describeUnless(namespaces ? undefined : 'it needs root on Linux', 'at boot', () => {
  /** Runs the script in a mount namespace where /var/lib and /run are empty, after and before these commands. */
  async function boot(before: string, after: string, declared = ''): Promise<string> {
    const steps = ['set -e', 'mount -t tmpfs none /var/lib', 'mount -t tmpfs none /run'];
    const values = 'mkdir -p /var/lib/cdktf-nixos/values && cd /var/lib/cdktf-nixos/values';
    const program = [...steps, values, before, 'DECLARED="$2" sh -euc "$1"', after].join('\n');
    const { stdout } = await execa('unshare', [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      program,
      'sh',
      script,
      declared,
    ]);
    return stdout;
  }

  it('a boot shows the values of the last proven system again', async () => {
    const before =
      'mkdir old new && echo 1 >old/x.json && echo 2 >new/x.json && ln -s old committed && ln -s new current';
    const after = 'cat current/x.json; readlink current; ls -A; ls -d /run/cdktf-nixos';
    expect(await boot(before, after)).toBe(
      ['1', 'old', 'committed', 'current', 'new', 'old', '/run/cdktf-nixos'].join('\n'),
    );
  });

  it('a deployment that was never committed leaves no values at boot', async () => {
    expect(await boot('mkdir new && ln -s new current', 'ls -A')).toBe('new');
  });

  it('a boot without a declared value fails, and names the value and the directory to keep', async () => {
    const before = 'mkdir old && echo 1 >old/x.json && ln -s old committed';
    const failed = await boot(before, 'true', 'x y z').catch((error: ExecaError) => error);
    expect(failed).toMatchObject({
      exitCode: 1,
      stderr:
        'values are missing: y z; deploy to this host to bring them, with terraform apply -replace if the plan is empty, and keep /var/lib/cdktf-nixos across restarts',
    });
    expect(await boot(before, 'cat current/x.json', 'x')).toBe('1');
  });

  it('after a boot without its values, a switch is not taken for a boot', async () => {
    const mark = 'trap "ls -d /run/cdktf-nixos" EXIT';
    const failed = await boot(mark, 'true', 'x').catch((error: ExecaError) => error);
    expect(failed).toMatchObject({ exitCode: 1, stdout: '/run/cdktf-nixos' });
  });

  it('a machine that was never deployed to boots', async () => {
    expect(await boot('true', 'ls -A')).toBe('');
  });
});
