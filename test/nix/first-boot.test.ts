import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const root = path.join(__dirname, '..', '..');
const program = readFileSync(path.join(root, 'nix', 'modules', 'first-boot.sh'), 'utf8');

/** A NixOS source tree, and the folder of a Nix that is new enough for it. */
const { NIXPKGS: nixpkgs, NIX_226_BIN: bin } = process.env;
const PATH = bin ? `${bin}${path.delimiter}${process.env.PATH}` : process.env.PATH;

/** NixOS itself when its sources are given, besides the stand-in. */
const distributions = [
  { name: 'the stand-in distribution', directory: path.join(root, 'test', 'fixtures', 'distribution') },
  { name: `NixOS${nixpkgs ? '' : ' (skipped: NIXPKGS names no tree)'}`, directory: nixpkgs },
];

const ENABLED = { 'cdktf-nixos': { firstBoot: { enable: true, source: 'hetzner' } } };
const OPENSSH = { services: { openssh: { enable: true } } };
const UNIT = 'cdktf-nixos-first-boot.service';

describe.each(distributions)('a configuration with a first boot, of $name', ({ directory }) => {
  const available = directory !== undefined;
  const real = available && directory === nixpkgs;

  async function seen(config: object) {
    const args = ['--eval', '--strict', '--json', path.join(__dirname, 'first-boot.nix')];
    const given = ['--arg', 'distribution', `${directory}`, '--argstr', 'json', JSON.stringify(config)];
    const { stdout, stderr, exitCode } = await execa('nix-instantiate', [...args, ...given], {
      reject: false,
      env: { PATH },
    });
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout);
  }

  it.skipIf(!available)(
    'the key is made before sshd and its key generator start, once in the life of the host',
    async () => {
      const { unit, key, sshd } = await seen({ ...ENABLED, ...OPENSSH });
      expect(unit).toEqual({
        wantedBy: ['multi-user.target'],
        before: ['sshd-keygen.service', 'sshd.service'],
        after: ['network.target'],
        // Nothing that other boots would wait for.
        wants: [],
        requires: [],
        unitConfig: expect.objectContaining({
          ConditionPathExists: '!/etc/ssh/cdktf-nixos-host-key/taken',
          RequiresMountsFor: '/etc/ssh',
        }),
        type: 'oneshot',
        remains: true,
        restartIfChanged: false,
        environment: {
          KEY: '/etc/ssh/ssh_host_ed25519_key',
          USER_DATA: 'http://169.254.169.254/hetzner/v1/userdata',
          WAIT_SECONDS: '60',
        },
        script: program,
      });
      expect(key).toBe('/etc/ssh/ssh_host_ed25519_key\n');
      expect(sshd).toHaveProperty('sshd');
      // NixOS's own order: sshd after the generator, which comes after our unit.
      if (real) expect(sshd.sshd).toContain('sshd-keygen.service');
    },
  );

  it.skipIf(!real)('where a socket starts sshd, each connection of it waits for the key, too', async () => {
    const { sshd } = await seen({ ...ENABLED, services: { openssh: { enable: true, startWhenNeeded: true } } });
    expect(sshd['sshd@']).toEqual(expect.arrayContaining([UNIT, 'sshd-keygen.service']));
  });

  it.skipIf(!available)('the key of another place is made there', async () => {
    const hostKeys = [
      { type: 'rsa', bits: 4096, path: '/persist/rsa' },
      { type: 'ed25519', path: '/persist/ssh/key' },
    ];
    const { unit, key } = await seen({ ...ENABLED, services: { openssh: { enable: true, hostKeys } } });
    expect(unit).toMatchObject({
      unitConfig: {
        ConditionPathExists: '!/persist/ssh/cdktf-nixos-host-key/taken',
        RequiresMountsFor: '/persist/ssh',
      },
      environment: { KEY: '/persist/ssh/key' },
    });
    expect(key).toBe('/persist/ssh/key\n');
  });

  it.skipIf(!available)('a host without an ed25519 key, or without the name of its cloud, is refused', async () => {
    const hostKeys = [{ type: 'rsa', bits: 4096, path: '/etc/ssh/rsa' }];
    const openssh = { enable: true, hostKeys };
    const { failed } = await seen({ 'cdktf-nixos': { firstBoot: { enable: true } }, services: { openssh } });
    expect(failed).toEqual(
      expect.arrayContaining([
        'cdktf-nixos.firstBoot.source is not set: name the cloud of the host, for example "hetzner"',
        'cdktf-nixos.firstBoot: services.openssh.hostKeys has no key of type ed25519',
      ]),
    );
  });

  it.skipIf(!available)('a configuration that does not enable it is left alone', async () => {
    expect(await seen(OPENSSH)).toMatchObject({ unit: null, key: null });
  });
});
