import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/setup/environment.mjs';

const FLAKE = `git+file://${root}`;

/** As much of nixpkgs as the shell asks for; a program that the real one does not have is not noticed. */
const NIXPKGS = {
  'flake.nix': '{ outputs = _: { lib.getName = package: package.pname; }; }',
  'default.nix': `{ system, config }:
    let
      program = pname: { inherit pname; outPath = pname; };
      names = [ "age" "git" "nix" "nodejs_22" "openssh" "shellcheck" "sops" "zstd" ];
      free = builtins.listToAttrs (map (name: { inherit name; value = program name; }) names);
      terraform = program "terraform";
    in
    free // {
      terraform = if config.allowUnfreePredicate terraform then terraform else throw "terraform is not free";
      mkShell = { packages }: derivation { name = "shell"; inherit system packages; builder = "/bin/sh"; };
    }`,
};

describe("the repository's flake", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'flake-'));
    mkdirSync(path.join(folder, 'nixpkgs'));
    mkdirSync(path.join(folder, 'project'));
    for (const [file, text] of Object.entries(NIXPKGS)) writeFileSync(path.join(folder, 'nixpkgs', file), text);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function nix(...args: string[]): string {
    return execaSync('nix', args, { cwd: path.join(folder, 'project') }).stdout;
  }

  it.each(['default', 'hcloud'])('the flake gives the NixOS module %s without fetching nixpkgs', (name) => {
    const module = JSON.parse(nix('eval', '--json', `${FLAKE}#nixosModules.${name}`));
    expect(module).toMatch(new RegExp(`^/nix/store/.*${name}\\.nix$`));
  });

  it('the template of the flake makes a project that is the example', () => {
    nix('flake', 'init', '--template', FLAKE);
    const files = (parent: string) => readdirSync(parent, { recursive: true, encoding: 'utf8' }).sort();
    const [project, example] = [path.join(folder, 'project'), path.join(root, 'examples', 'existing-host')];
    expect(files(project)).toEqual(files(example));
    expect(readFileSync(path.join(project, 'main.ts'), 'utf8')).toBe(
      readFileSync(path.join(example, 'main.ts'), 'utf8'),
    );
  });

  it.each(['x86_64-linux', 'aarch64-linux'])('the flake has a shell for contributors on %s', (system) => {
    const nixpkgs = ['--override-input', 'nixpkgs', `path:${path.join(folder, 'nixpkgs')}`];
    const shell = nix('eval', '--raw', `${FLAKE}#devShells.${system}.default.drvPath`, ...nixpkgs);
    expect(shell).toMatch(/-shell\.drv$/);
  });
});
