import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { project, useProject } from '../support/project';
import { recipe } from '../support/recipe';

const root = path.join(__dirname, '..', '..');
const here = (...names: string[]) => path.join(__dirname, 'recipes', ...names);

/** A NixOS source tree, sources of agenix and sops-nix, and the folder of a Nix that is new enough for them. */
const { NIXPKGS: nixpkgs, AGENIX: agenix, SOPS_NIX: sopsNix, NIX_226_BIN: bin } = process.env;
const PATH = bin ? `${bin}${path.delimiter}${process.env.PATH}` : process.env.PATH;
const real = (name: string, given: string | undefined) => `${name}${given ? '' : ' (skipped: no tree is given)'}`;

/** The modules with the distributions that they are evaluated with: stand-ins, and the real ones where they are given. */
const grounds = [
  {
    name: 'the stand-ins',
    distribution: path.join(root, 'test', 'fixtures', 'distribution'),
    alone: true,
    tools: { agenix: here('agenix.nix'), 'sops-nix': here('sops-nix.nix') },
  },
  {
    name: real('NixOS with agenix (NIXPKGS, AGENIX)', nixpkgs && agenix),
    distribution: agenix && nixpkgs,
    tools: { agenix: `${agenix}/modules/age.nix` },
  },
  {
    name: real('NixOS with sops-nix (NIXPKGS, SOPS_NIX)', nixpkgs && sopsNix),
    distribution: sopsNix && nixpkgs,
    tools: { 'sops-nix': `${sopsNix}/modules/sops` },
  },
  { name: real('NixOS (NIXPKGS)', nixpkgs), distribution: nixpkgs, alone: true, tools: {} },
];

const UNIT = 'cdktf-nixos-secret-ageKey.service';
const KEY = '/run/cdktf-nixos-secrets/current/ageKey';
const FOO = '/run/cdktf-nixos-secrets/current/foo';

useProject();

describe.each(grounds)('a recipe of docs/secrets.md with $name', ({ distribution, tools, alone }) => {
  const available: { readonly [name: string]: string | undefined } = tools;

  function evaluated(name: string, options: { answer: string; tool?: string; sysusers?: boolean }): any {
    const file = path.join(project.directory, 'recipe.nix');
    writeFileSync(file, recipe(name));
    const tool = options.tool === undefined ? [] : ['--arg', 'tool', available[options.tool] as string];
    const args = ['--eval', '--strict', '--json', here('evaluate.nix'), '--arg', 'distribution', `${distribution}`];
    const { stdout, stderr } = execaSync(
      'nix-instantiate',
      [...args, '--arg', 'recipe', file, ...tool, '--argstr', 'answer', options.answer].concat(
        options.sysusers ? ['--arg', 'sysusers', 'true'] : [],
      ),
      { env: { PATH }, reject: false },
    );
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  it.skipIf(!distribution || !available['sops-nix'])('sops-nix decrypts in a unit that waits for the identity', () => {
    expect(evaluated('sops-nix', { answer: 'sops-nix', tool: 'sops-nix' })).toEqual({
      requires: [UNIT],
      after: [UNIT],
      keyFile: KEY,
      sshKeyPaths: [],
    });
  });

  it.skipIf(!distribution || !available.agenix)('agenix decrypts after the identity was copied', () => {
    const { identityPaths, before, text, unit } = evaluated('agenix', { answer: 'agenix', tool: 'agenix' });
    expect({ identityPaths, before }).toEqual({ identityPaths: ['/var/lib/age-identity'], before: true });
    expect(text).toContain(`install -m 0400 ${KEY} /var/lib/age-identity.new`);
    expect(unit).toEqual({ requires: [UNIT], after: [UNIT], script: text });
  });

  it.skipIf(!distribution || !available.agenix)('agenix decrypts in a unit where systemd makes the users', () => {
    const options = { answer: 'agenix-unit', tool: 'agenix', sysusers: true };
    expect(evaluated('agenix with systemd-sysusers', options)).toEqual({
      requires: [UNIT],
      after: [UNIT],
      identityPaths: [KEY],
    });
  });

  it.skipIf(!distribution || !alone)('the example of Nixus has its file in /etc', () => {
    expect(evaluated('nixus', { answer: 'nixus' })).toBe(FOO);
  });

  // The stand-in has no groups.
  it.skipIf(!distribution || !alone || distribution !== nixpkgs)('the keys of terraform-nixos keep their path', () => {
    expect(evaluated('deploy_nixos', { answer: 'deploy_nixos' })).toContain(`L+ /var/keys/foo - - - - ${FOO}`);
  });
});

it('the copy of the identity is whole, and only root reads it', () => {
  const snippet = /copy = ''\n(.*?)'';/s.exec(recipe('agenix'))?.[1] as string;
  const [identity, copy] = ['key', 'age-identity'].map((name) => path.join(project.directory, name));
  const script = snippet.replaceAll('${ageKey.path}', identity).replaceAll('/var/lib/age-identity', copy);
  const run = () => execaSync('sh', ['-euc', `${script}\n[ ! -e ${copy} ] || stat -c %a ${copy}; cat ${copy} || true`]);
  expect(run().stdout).toBe('');
  writeFileSync(identity, 'first');
  expect(run().stdout).toBe('400\nfirst');
  writeFileSync(identity, 'second');
  expect(run().stdout).toBe('400\nsecond');
});
