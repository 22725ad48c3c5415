import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import type { NixOptions } from '../../../lib/evaluation/request/nix-options';
import { describeWithEachNix } from '../support/nix-versions';
import { DISTRIBUTION, ProjectFolder } from '../support/project-folder';
import { evaluate, evaluateAll, problemsOf } from '../support/requester';
import { refusal } from '../../support/refusal';

afterEach(() => void vi.unstubAllEnvs());

const web = (nix: NixOptions = {}) => NixosConfiguration.fromFlake('.#web').extend({ nix });
const TOPLEVEL = 'nixosConfigurations.web.config.system.build.toplevel';
const system = (motd: string) => `web = system [ { users.motd = ${motd}; } ];`;

/** What is built when it is imported; never the same twice. */
function imported(name: string): string {
  return `builtins.readFile (derivation {
    name = "imported"; system = builtins.currentSystem or "x86_64-linux"; builder = "/bin/sh";
    args = [ "-c" "echo ${name} > $out; exit 0" ];
  })`;
}

/** Everything in the store that is neither a source nor a derivation: what was built. */
function builtPaths(): string[] {
  return readdirSync('/nix/store').filter((name) => name.endsWith('-imported'));
}

describeWithEachNix('import from derivation', () => {
  it('an import from a derivation is refused by default, and nothing is built', () => {
    const project = ProjectFolder.flake(system(imported(`refused-${process.hrtime.bigint()}`)));
    const before = builtPaths();
    expect(problemsOf(project, () => web())).toMatch(
      /cannot build '.*-imported\.drv[^']*'.*\n.*synth builds nothing; allow it with extend\(\{ nix: \{ importFromDerivation: true \} \}\)/,
    );
    expect(builtPaths()).toEqual(before);
  });

  it('an import from a derivation builds once when it is allowed', () => {
    const project = ProjectFolder.flake(system(imported(`allowed-${process.hrtime.bigint()}`)));
    const before = builtPaths();
    // Without a build hook: a Nix that is run through a loader can't start its own.
    const newer = process.env.PATH?.startsWith(process.env.NIX_226_BIN ?? ' ');
    const settings: { [name: string]: string } = newer ? { 'build-hook': '' } : {};
    const allowed = { importFromDerivation: true, settings };
    const first = evaluate(project, () => web(allowed));
    const after = builtPaths();
    expect(after.length - before.length).toBe(1);
    expect(evaluate(project, () => web(allowed))).toEqual(first);
    expect(builtPaths()).toEqual(after);
    expect(first.toplevel).toBe(project.nixEval('.#nixosConfigurations.web.config.system.build.toplevel'));
  });
});

describeWithEachNix('settings of an evaluation', () => {
  it('an evaluation is pure unless the setting impure is given', () => {
    const project = ProjectFolder.flake(system('builtins.readFile /etc/passwd'));
    expect(problemsOf(project, () => web())).toContain('or allow more with extend({ nix: { impure: true } })');
    expect(evaluate(project, () => web({ impure: true })).toplevel).toBe(
      project.nixEval('.#nixosConfigurations.web.config.system.build.toplevel', '--impure'),
    );
  });

  it('settings of an evaluation reach Nix by their names', () => {
    const project = ProjectFolder.flake(system('builtins.fetchurl "https://example.com/x"'));
    const problems = problemsOf(project, () => web({ impure: true, settings: { 'restrict-eval': 'true' } }));
    expect(problems).toMatch(/forbidden in restricted mode/);
  });

  it('an evaluation ends at its time limit', () => {
    const project = ProjectFolder.flake(
      system("toString (builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 999999999))"),
    );
    expect(problemsOf(project, () => web({ timeoutSeconds: 2 }))).toContain('nix did not finish within 2 s');
  });

  it('settings do not affect configurations that have others', () => {
    const project = ProjectFolder.flake(`${system('"web"')} db = system [ ];`);
    const { web: extended, db } = evaluateAll(project, () => ({
      web: web({ timeoutSeconds: 600 }),
      db: NixosConfiguration.fromFlake('.#db'),
    }));
    expect(extended.toplevel).toBe(project.nixEval('.#nixosConfigurations.web.config.system.build.toplevel'));
    expect(db.toplevel).toBe(project.nixEval('.#nixosConfigurations.db.config.system.build.toplevel'));
  });

  it('one configuration with and without an option of the evaluation has two results', () => {
    const project = ProjectFolder.flake(system('builtins.currentSystem or "pure"'));
    const one = evaluateAll(project, () => ({ pure: web(), impure: web({ impure: true }) }));
    const other = evaluateAll(project, () => ({ impure: web({ impure: true }), pure: web() }));
    expect(one.pure.toplevel).toBe(project.nixEval(`.#${TOPLEVEL}`));
    expect(one.impure.toplevel).toBe(project.nixEval(`.#${TOPLEVEL}`, '--impure'));
    expect(one.impure.toplevel).not.toBe(one.pure.toplevel);
    expect([other.pure.toplevel, other.impure.toplevel]).toEqual([one.pure.toplevel, one.impure.toplevel]);
  });

  it('a configuration that fails without an option of the evaluation does not fail with it', () => {
    const project = ProjectFolder.flake(system('builtins.readFile /etc/hostname'));
    const all = () => evaluateAll(project, () => ({ pure: web(), impure: web({ impure: true }) }));
    expect(refusal(all)).toContain('requested by: fleet/pure\n');
  });

  it('settings do not come from the flake itself', () => {
    const project = ProjectFolder.flake(system('"web"'));
    const hook = `${project.directory}/hook-ran`;
    const text = project.run('cat', ['flake.nix']);
    project.write({
      'flake.nix': text.replace(
        '{',
        `{ nixConfig.post-build-hook = "/bin/touch ${hook}"; nixConfig.pure-eval = false;`,
      ),
    });
    project.write({ 'flake.nix': project.run('cat', ['flake.nix']).replace('"web"', 'builtins.readFile /etc/passwd') });
    expect(problemsOf(project, () => web())).toMatch(/forbidden in pure eval/);
  });
});

describeWithEachNix('settings of the machine', () => {
  it.each(['pure-eval = true', 'restrict-eval = true'])('a synth works where nix.conf says %s', (line) => {
    const project = ProjectFolder.flake(system('"x"'));
    vi.stubEnv('NIX_CONFIG', `${process.env.NIX_CONFIG ?? ''}\n${line}\nallowed-uris = ${DISTRIBUTION} path:`);
    expect(evaluate(project, () => web()).toplevel).toContain('-nixos-system-');
  });
});

describe('wrong settings', () => {
  it.each([
    [
      { timeoutSeconds: 0 },
      'nix.timeoutSeconds: got 0, expected seconds: a whole number from 1 to 999999; give the limit in seconds',
    ],
    [{ timeoutSeconds: NaN }, 'nix.timeoutSeconds: got NaN'],
    [{ timeoutSeconds: Infinity }, 'nix.timeoutSeconds: got Infinity'],
    [{ timeoutSeconds: '10s' as unknown as number }, 'nix.timeoutSeconds: got "10s"'],
    [{ timeoutSeconds: 2 ** 31 }, 'nix.timeoutSeconds: got 2147483648'],
    [{ settings: { 'a b': 'x' } }, 'nix.settings: got a setting "a b", expected names of nix.conf'],
    [
      { settings: { 'access-tokens': 'host=secret#' } },
      'nix.settings: got a value of access-tokens with "#" or a control character, expected what one line of nix.conf can hold',
    ],
    [{ settings: { cores: '1\nsubstituters = x' } }, 'nix.settings: got a value of cores with "#" or a control'],
    [{ settings: { cores: 7 as unknown as string } }, 'nix.settings: got cores = 7, expected settings as strings'],
  ])('wrong settings are refused: %j', (nix, message) => {
    expect(() => web(nix)).toThrow(`[NixosConfiguration.extend] ${message}`);
  });
});
