import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa, type ExecaError } from 'execa';
import { describe, expect, it } from 'vitest';
import { describeUnless } from '../support/describe-unless';

const root = path.join(__dirname, '..', '..');
const part = (name: string) => readFileSync(path.join(root, 'nix', 'modules', name), 'utf8');
const giveSecrets = part('give-secrets.sh');
const openSecrets = ['open-secrets.sh', 'give-secrets.sh', 'missing-secrets.sh'].map(part).join('');

/** A NixOS source tree, and the folder of a Nix that is new enough for it. */
const { NIXPKGS: nixpkgs, NIX_226_BIN: bin } = process.env;
const PATH = bin ? `${bin}${path.delimiter}${process.env.PATH}` : process.env.PATH;

/** NixOS itself when its sources are given, besides the stand-in. */
const distributions = [
  { name: 'the stand-in distribution', directory: path.join(root, 'test', 'fixtures', 'distribution') },
  { name: `NixOS${nixpkgs ? '' : ' (skipped: NIXPKGS names no tree)'}`, directory: nixpkgs },
];

const OPENER = 'cdktf-nixos-secrets.service';
const USERS = ['systemd-sysusers.service', 'userborn.service'];

describe.each(distributions)('a configuration with secrets, of $name', ({ directory }) => {
  const available = directory !== undefined;
  const real = available && directory === nixpkgs;

  async function evaluated(config: object, more: readonly string[] = []) {
    const args = ['--eval', '--strict', '--json', path.join(__dirname, 'secrets.nix')];
    const given = ['--arg', 'distribution', `${directory}`, '--argstr', 'json', JSON.stringify(config)];
    return execa('nix-instantiate', [...args, ...given, ...more], { reject: false, env: { PATH } });
  }

  async function seen(config: object, more: readonly string[] = []) {
    const { stdout, stderr, exitCode } = await evaluated(config, more);
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout);
  }

  it.skipIf(!available)('each secret has a path and a unit by its name', async () => {
    const { secrets } = await seen({ 'cdktf-nixos': { secrets: { token: {}, 'a.b': {} } } });
    expect(secrets).toEqual({
      token: { path: '/run/cdktf-nixos-secrets/current/token', unit: 'cdktf-nixos-secret-token.service' },
      'a.b': { path: '/run/cdktf-nixos-secrets/current/a.b', unit: 'cdktf-nixos-secret-a.b.service' },
    });
  });

  it.skipIf(!available)(
    'secrets are opened at boot, after users are made and before any unit that needs one',
    async () => {
      const { units } = await seen({ 'cdktf-nixos': { secrets: { token: {}, cert: {} } } });
      expect(Object.keys(units)).toEqual([
        'cdktf-nixos-secret-cert',
        'cdktf-nixos-secret-token',
        'cdktf-nixos-secrets',
      ]);
      expect(units['cdktf-nixos-secrets']).toEqual({
        wantedBy: ['sysinit.target'],
        before: ['sysinit.target'],
        after: [...USERS, 'tpm2.target'],
        wants: [],
        // NixOS itself adds the order.
        unitConfig: expect.objectContaining({
          DefaultDependencies: false,
          RequiresMountsFor: '/var/lib/cdktf-nixos',
          ConditionPathIsMountPoint: '!/run/cdktf-nixos-secrets',
        }),
        type: 'oneshot',
        remains: true,
        restartIfChanged: false,
        declared: 'cert token',
        script: openSecrets,
      });
    },
  );

  it.skipIf(!available)('the unit of a secret comes after that, and stops nothing when it changes', async () => {
    const { units } = await seen({ 'cdktf-nixos': { secrets: { token: {} } } });
    expect(units['cdktf-nixos-secret-token']).toMatchObject({
      wantedBy: [],
      after: [OPENER],
      wants: [OPENER],
      unitConfig: expect.objectContaining({ DefaultDependencies: false }),
      type: 'oneshot',
      remains: true,
      restartIfChanged: false,
      script: expect.stringContaining('[ ! -e /run/cdktf-nixos-secrets/current/token ]'),
    });
  });

  it.skipIf(!available)('a switch gives secrets to their owners once the users are made', async () => {
    const { snippet, units } = await seen({ 'cdktf-nixos': { secrets: { token: {} } } });
    expect(snippet).toMatchObject({ deps: ['users', 'groups'], text: `(\n${giveSecrets}\n)\n` });
    expect(units).not.toHaveProperty('cdktf-nixos-secrets-owners');
  });

  it
    .skipIf(!available)
    .each([{ systemd: { sysusers: { enable: true } } }, { services: { userborn: { enable: true } } }])(
    'where a unit makes the users, a unit gives secrets to them, in each switch and before services start: %j',
    async (how) => {
      const { units, snippet } = await seen(
        { ...how, 'cdktf-nixos': { secrets: { token: {} } } },
        real ? [] : ['--arg', 'userUnits', 'true'],
      );
      expect(units['cdktf-nixos-secrets-owners']).toMatchObject({
        wantedBy: ['sysinit-reactivation.target'],
        before: ['sysinit-reactivation.target'],
        after: USERS,
        type: 'oneshot',
        remains: false,
        script: giveSecrets,
      });
      expect(snippet).toBeNull();
    },
  );

  it.skipIf(!available)('a configuration without secrets is left alone', async () => {
    expect(await seen({})).toMatchObject({ secrets: {}, units: {}, snippet: null, state: null });
  });

  it.skipIf(!available)('a configuration fails when the name of a secret is not valid', async () => {
    const { exitCode, stderr } = await evaluated({ 'cdktf-nixos': { secrets: { '../x': {} } } });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('cdktf-nixos.secrets: "../x" is not a valid name: expected 1 to 64 letters');
  });

  it.skipIf(!available)('a host that keeps only /nix mounts the state of deployments before all else', async () => {
    const { state, first } = await seen({ 'cdktf-nixos': { keepStateIn: "/nix/it's kept" } });
    expect(first).toBe('00-cdktf-nixos-state');
    expect(state).toContain("kept='/nix/it'\\''s kept'\n");
    expect(state).toContain(part('keep-state.sh'));
  });
});

const namespaces = process.platform === 'linux' && process.getuid?.() === 0;
const unavailable = namespaces ? undefined : 'it needs root on Linux';
const GENERATION = 'a'.repeat(32);

/** Runs a program in a mount namespace where /var/lib and /run are empty, after and before these commands. */
async function inNamespace(program: string, before: string, after: string): Promise<string> {
  const steps = ['set -e', 'mount -t tmpfs none /var/lib', 'mount -t tmpfs none /run', before, program, after];
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', steps.join('\n'), 'sh', openSecrets];
  const { stdout } = await execa('unshare', args);
  return stdout;
}

describeUnless(unavailable, 'secrets at boot', () => {
  /** Lines of the committed generation, and sealed files: all of them plain. */
  function boot(list: readonly string[], sealed: { [name: string]: string }, after: string, declared = '') {
    const before = [
      `cd /var/lib && mkdir -p cdktf-nixos/values/${GENERATION} cdktf-nixos/secrets/${GENERATION}`,
      `ln -s ${GENERATION} cdktf-nixos/values/committed`,
      ...list.map((line) => `echo '${line}' >>cdktf-nixos/values/${GENERATION}/.files`),
      ...Object.entries(sealed).map(([name, text]) => `printf %s '${text}' >cdktf-nixos/secrets/${GENERATION}/${name}`),
    ].join('\n');
    return inNamespace(`DECLARED='${declared}' sh -euc "$1"`, before, `cd /run/cdktf-nixos-secrets; ${after}`);
  }

  const TOKEN = 'secret token 65534 12 0440 - plain';

  it('a boot opens the kept secrets on ramfs, for their owners only', async () => {
    const look = 'stat -f -c %T .; stat -L -c "%a %u %g %n" . current current/token current/.files; cat current/token';
    expect((await boot([TOKEN], { token: 'canary' }, look, 'token')).split('\n')).toEqual([
      'ramfs',
      '751 0 0 .',
      '751 0 0 current',
      '440 65534 12 current/token',
      '600 0 0 current/.files',
      'canary',
    ]);
  });

  it('the list of opened secrets has their digests, as after their arrival', async () => {
    expect(await boot([TOKEN], { token: 'canary' }, 'cat current/.files')).toMatch(
      /^secret token 65534 12 0440 6 [0-9a-f]{64}$/,
    );
  });

  it('a boot fails without a declared secret, names it, and opens the others', async () => {
    const list = [TOKEN, TOKEN.replace('token', 'cert')];
    const failed = await boot(list, { cert: 'x' }, 'true', 'cert token').catch((error: ExecaError) => error);
    expect(failed).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /the secret token cannot be opened\nsecrets are missing: token; deploy to this host/,
      ),
    });
  });

  it('a secret that was kept in memory only is gone, says so, and fails no boot', async () => {
    const list = [TOKEN, 'memory-secret otp root root 0400 - memory'];
    expect(await boot(list, { token: 'x' }, 'ls current', 'otp token')).toBe(
      'the secret otp is kept in memory only; deploy to this host to bring it, with terraform apply -replace if the plan is empty\ntoken',
    );
  });

  it('a secret whose owner is unknown stays root’s', async () => {
    const look = 'stat -c "%a %U" current/token';
    expect(await boot([TOKEN.replace('65534', 'nobody-here')], { token: 'x' }, look)).toBe('400 root');
  });

  it('a machine that was never deployed to boots', async () => {
    expect(await inNamespace('DECLARED= sh -euc "$1"', ':', 'ls -A /run/cdktf-nixos-secrets')).toBe('');
  });
});

describeUnless(unavailable, 'the state of deployments on a host that keeps only /nix', () => {
  const program = `kept=/run/disk/kept; ${part('keep-state.sh').trimEnd()}`;

  it('it is taken over once, and shown at each boot', async () => {
    const before = 'mkdir -p /run/disk /var/lib/cdktf-nixos; echo 1 >/var/lib/cdktf-nixos/journal';
    const again = `umount /var/lib/cdktf-nixos; rm /var/lib/cdktf-nixos/journal; ${program}; ${program}`;
    const look = 'cat /var/lib/cdktf-nixos/journal; grep -c cdktf-nixos /proc/mounts; ls /run/disk';
    expect(await inNamespace(program, before, `${look}; ${again}; ${look}`)).toBe('1\n1\nkept\n1\n1\nkept');
  });

  it('what a power cut left of taking it over counts for nothing', async () => {
    const before = 'mkdir -p /run/disk/kept.new /var/lib/cdktf-nixos; echo 1 >/var/lib/cdktf-nixos/journal';
    expect(await inNamespace(program, before, 'cat /var/lib/cdktf-nixos/journal; ls /run/disk')).toBe('1\nkept');
  });
});
