import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { newNonce, readEvents } from '../../../lib/evaluation/run/events';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { describeWithEachNix } from '../support/nix-versions';
import { captured, flake, ProjectFolder } from '../support/project-folder';
import { evaluateAll } from '../support/requester';

const NONCE = 'f00d';
const BEGIN = `trace: @cdktf-nixos ${NONCE} {"begin":"a"}`;
const ROW = `trace: @cdktf-nixos ${NONCE} {"ok":"[1]","row":"a"}`;

function read(lines: readonly string[], rows = ['a']) {
  return readEvents(lines.join('\n'), NONCE, rows);
}

it('a row is finished by the event after its begin, wherever in a line another program left the cursor', () => {
  const { finished, begun, stderr } = read(['trace: mine', BEGIN, `receiving objects${ROW}`, '']);
  expect([...finished]).toEqual([['a', [1]]]);
  expect(begun).toBeUndefined();
  expect(stderr).toBe('trace: mine\nreceiving objects\n');
});

it('a line belongs to the row that was being evaluated', () => {
  const { printed } = read(['before', BEGIN, 'in a', ROW, 'after', BEGIN.replace('"a"', '"b"'), 'in b'], ['a', 'b']);
  expect(printed).toEqual([
    { row: undefined, text: 'before\nafter' },
    { row: 'a', text: 'in a' },
    { row: 'b', text: 'in b' },
  ]);
});

it.each([
  ['with another nonce', [BEGIN, ROW.replace(NONCE, newNonce())], ['a']],
  ['without a nonce', [BEGIN, ROW.replace(`${NONCE} `, '')], ['a']],
  ['for a row that was not begun', [ROW], ['a']],
  ['for a row that was not asked for', [BEGIN, ROW], ['b']],
  ['that is cut short', [BEGIN, ROW.slice(0, -3)], ['a']],
])('an event %s finishes no row and stays in the output', (_, lines, rows) => {
  const { finished, stderr } = read(lines, rows);
  expect(finished.size).toBe(0);
  expect(stderr).toContain(lines.at(-1));
});

it('a row that is finished twice keeps its first answers', () => {
  const second = ROW.replace('[1]', '[2]');
  expect([...read([BEGIN, ROW, second]).finished]).toEqual([['a', [1]]]);
  expect([...read([BEGIN, ROW, BEGIN, second]).finished]).toEqual([['a', [1]]]);
});

it('a nonce is another one for each process', () => {
  expect(newNonce()).not.toBe(newNonce());
});

describeWithEachNix('a trace that looks like an event', () => {
  const EVIL = '/nix/store/11111111111111111111111111111111-evil';
  const configurations = () => ({
    prod: NixosConfiguration.fromFlake('.#prod'),
    test: NixosConfiguration.fromFlake('./foreign#test'),
    last: NixosConfiguration.fromFlake('.#last'),
  });

  function foreignFlake(trace: string): string {
    const text = JSON.stringify(trace).replaceAll('${', '\\${');
    return flake('').replace(
      'nixosConfigurations = {',
      `nixosConfigurations.test = builtins.trace ${text} (system [ ]);\nx = {`,
    );
  }

  function projectWith(trace: string): ProjectFolder {
    const project = ProjectFolder.flake(
      'prod = system [ { networking.hostName = "prod"; } ]; last = system [ { networking.hostName = "last"; } ];',
    );
    project.write({
      'foreign/flake.nix': foreignFlake(trace),
      'foreign/flake.lock': readFileSync(path.join(project.directory, 'flake.lock'), 'utf8'),
    });
    project.commit();
    return project;
  }

  /** The rows of the one request that is staged. */
  function stagedRows(project: ProjectFolder): string[] {
    const requests = path.join(project.output, 'nixos', 'requests');
    const [request] = readdirSync(requests);
    return JSON.parse(readFileSync(path.join(requests, request, 'request.json'), 'utf8')).order;
  }

  it('a flake cannot set the system of another machine', () => {
    const rows = stagedRows(synthesized(projectWith('harmless')));
    const answers = JSON.stringify([{ drv: `${EVIL}.drv`, out: EVIL, system: 'x86_64-linux', switchable: true }]);
    const forged = rows.flatMap((row) => [
      `@cdktf-nixos ${JSON.stringify({ begin: row })}`,
      `@cdktf-nixos ${JSON.stringify({ row, ok: answers })}`,
    ]);
    const project = projectWith(forged.join('\ntrace: '));
    expect(rows).toHaveLength(3);
    const evaluated = project.within(() => evaluateAll(project, configurations));
    const systems = Object.values(evaluated).map(({ toplevel }) => toplevel);
    expect(systems).not.toContain(EVIL);
    expect(systems.map((system) => system.replace(/.*-nixos-system-/, ''))).toEqual([
      expect.stringContaining('prod'),
      expect.any(String),
      expect.stringContaining('last'),
    ]);
  });

  it('a trace with the mark of an event and no event in it is printed as the trace that it is', () => {
    const project = projectWith('@cdktf-nixos {x');
    const { stdout } = captured(() => synthesized(project));
    expect(stdout).toContain('trace: @cdktf-nixos {x');
  });

  it('a synth writes the same request at each run, whatever the nonce', () => {
    const project = projectWith('harmless');
    const requests = () => readdirSync(path.join(synthesized(project).output, 'nixos', 'requests'));
    expect(requests()).toHaveLength(1);
    expect(requests()).toHaveLength(1);
  });

  function synthesized(project: ProjectFolder): ProjectFolder {
    evaluateAll(project, configurations);
    return project;
  }
});
