import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DataResource, TerraformVariable } from 'cdktf';
import { execaSync } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { type RecordedProcess, recordedProcesses } from '../evaluation/support/recorded-processes';
import { describeWithLab } from '../support/describe-with-lab';
import { Project } from '../support/project';
import { FAKE_SUPERVISOR, ScriptedHost } from './support/scripted-host';

/** What an apply starts besides the programs of an evaluation. */
const PROGRAMS = ['terraform', 'node', 'zstd', 'ssh-add', 'mktemp', 'mkfifo', 'rm', 'dirname', 'sleep'];

/** Where a canary was seen after an apply and while it ran. */
interface Sightings {
  readonly store: readonly string[];
  readonly output: readonly string[];
  readonly state: readonly string[];
  /** Parts of the plan, as `terraform show -json` names them. */
  readonly plan: readonly string[];
  readonly argv: readonly string[];
  /** Programs and variables. */
  readonly environ: readonly string[];
  readonly printed: readonly string[];
}

const NOWHERE: Sightings = { store: [], output: [], state: [], plan: [], argv: [], environ: [], printed: [] };

describeWithLab('a secret at apply', () => {
  const scripted = new ScriptedHost();
  let project: Project;
  let canary: string;

  beforeAll(() => scripted.start());
  afterAll(() => scripted.end());
  beforeEach(async () => {
    await scripted.heal();
    // The host has nothing yet: all programs of a copy run, too.
    await scripted.answer('stage.1', { missing: scripted.toplevel });
    await scripted.answer('receive', { received: '1' }, 'cat >/dev/null');
    project = new Project();
    canary = `canary${randomBytes(12).toString('hex')}`;
  });
  afterEach(() => {
    project.remove();
    vi.unstubAllEnvs();
  });

  /** A deployment to the host, and a value of it that only Terraform knows. */
  function deployment() {
    const stack = project.stack();
    const token = new TerraformVariable(stack, 'token', { type: 'string' });
    const { address, port, user, hostKey, identityFile } = scripted.host;
    new NixosDeployment(stack, 'web-system', {
      machine: NixosMachine.fromHost(stack, 'web', {
        host: address,
        hostKeys: HostKeys.pinned([hostKey]),
        ssh: { user, port, identityFile },
      }),
      configuration: NixosConfiguration.fromStorePath(scripted.toplevel),
      values: { token: { value: token.stringValue } },
    });
    return { stack, value: token.stringValue };
  }

  /** Applies, with the canary as the value that only Terraform knows; its file is the user's. */
  function sightings(): Sightings {
    project.synth();
    writeFileSync(path.join(project.stackDirectory(), 'cdktf-nixos', 'supervisor.sh'), FAKE_SUPERVISOR);
    const variables = path.join(project.directory, 'user.tfvars');
    writeFileSync(variables, `token = "${canary}"\n`);
    const plan = path.join(project.directory, 'plan');
    expect(project.terraform(['init']).exitCode).toBe(0);
    const planned = project.terraform(['plan', `-var-file=${variables}`, `-out=${plan}`]);
    const shown = JSON.parse(project.terraform(['show', '-json', plan]).stdout) as { [part: string]: unknown };
    const before = new Set(readdirSync('/nix/store'));
    let printed = planned.all;
    const processes = recordedProcesses(() => {
      const applied = project.terraform(['apply', plan]);
      printed += applied.all;
      expect(applied.all).toContain('done: generation 11 -> 12');
    }, PROGRAMS);
    const made = readdirSync('/nix/store').filter((name) => !before.has(name));
    return {
      store: filesWith(made.map((name) => path.join('/nix/store', name))),
      output: filesWith([project.app.outdir]),
      state: filesWith([path.join(project.directory, 'stack.tfstate')]),
      plan: Object.keys(shown).filter((part) => JSON.stringify(shown[part]).includes(canary)),
      ...seenIn(processes),
      printed: printed.split('\n').filter((line) => line.includes(canary)),
    };
  }

  function seenIn(processes: readonly RecordedProcess[]): Pick<Sightings, 'argv' | 'environ'> {
    // The test finds nothing in programs that it does not see.
    const programs = new Set(processes.map(({ argv }) => argv[0]));
    expect([...programs]).toEqual(expect.arrayContaining(['terraform', 'sh', 'node', 'nix-store', 'ssh', 'zstd']));
    const variables = ({ argv, environ }: RecordedProcess) =>
      environ
        .filter((entry) => entry.includes(canary))
        .map(
          (entry) =>
            `${[argv[0], ...argv.slice(1).filter((word) => word.endsWith('.sh'))].join(' ')}: ${entry.split('=', 1)[0]}`,
        );
    return {
      argv: processes
        .filter(({ argv }) => argv.some((word) => word.includes(canary)))
        .map(({ argv }) => argv.join(' ')),
      environ: [...new Set(processes.flatMap(variables))].sort(),
    };
  }

  function filesWith(places: readonly string[]): string[] {
    if (places.length === 0) return [];
    const { stdout } = execaSync('grep', ['-rlaF', canary, ...places], { reject: false });
    const named = execaSync('find', [...places, '-name', `*${canary}*`], { reject: false }).stdout;
    return `${stdout}\n${named}`.split('\n').filter(Boolean);
  }

  it('an apply shows a canary that is planted where somebody may read it', () => {
    const { stack, value } = deployment();
    const planted = new DataResource(stack, 'planted', { input: { value } });
    const command = 'sh -c true "$0" "${var.token}"; echo "$CANARY" | tee planted; nix-store --add planted';
    planted.addOverride('provisioner', [{ 'local-exec': { command, environment: { CANARY: value } } }]);
    const seen = sightings();
    for (const places of Object.values<readonly string[]>({ ...seen })) expect(places).not.toEqual([]);
    expect(seen.argv).toContain(`sh -c true /bin/sh ${canary}`);
    expect(seen.environ).toContain('nix-store: CANARY');
    expect(seen.plan).toContain('planned_values');
  });

  it('a value of a deployment is seen in the plan, as a variable of the user, and by launch.sh alone', () => {
    deployment();
    expect(sightings()).toEqual({
      ...NOWHERE,
      plan: ['variables'],
      environ: ['sh cdktf-nixos/launch.sh: CDKTF_NIXOS_JOB'],
    });
  });

  it('what the user exports reaches launch.sh and the client, and of what they start only what needs it', () => {
    deployment();
    for (const name of ['GITHUB_TOKEN', 'TF_TOKEN_example_org', 'AWS_SECRET_ACCESS_KEY', 'NIX_CONFIG'])
      vi.stubEnv(name, name === 'NIX_CONFIG' ? `${process.env.NIX_CONFIG}\naccess-tokens = x=${canary}` : canary);
    const { environ, ...rest } = sightings();
    expect({ ...rest, environ: [] }).toEqual({ ...NOWHERE, plan: ['variables'] });
    const inherits = /^(terraform|node|mktemp|mkfifo|rm|dirname \S+|sh cdktf-nixos\/launch\.sh): /;
    expect(environ.filter((seen) => !inherits.test(seen))).toEqual([
      'nix-store: AWS_SECRET_ACCESS_KEY',
      'nix-store: NIX_CONFIG',
    ]);
    expect(environ).toContain('node: GITHUB_TOKEN');
  });
});
