import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataResource, TerraformVariable } from 'cdktf';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { labUnavailable } from '../../lab/availability';
import { DeploymentResource } from '../../lib/deployment-resource';
import { HostKeys } from '../../lib/host-keys';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import type { Secret } from '../../lib/secret';
import { SecretSource } from '../../lib/secret-source';
import { ProcessRecorder } from '../evaluation/support/recorded-processes';
import { describeUnless } from '../support/describe-unless';
import { Project } from '../support/project';
import { PATH_WITH_SECRET_PROGRAMS, secretProgramsMissing } from '../support/secret-programs';
import { Canaries, runningProcesses } from './support/canaries';
import { FAKE_SUPERVISOR, OLD, ScriptedHost } from './support/scripted-host';
import { writeSources } from './support/secret-sources';

/** What an apply starts besides the programs of an evaluation. */
const PROGRAMS = ['terraform', 'node', 'zstd', 'mktemp', 'mkfifo', 'rm', 'dirname', 'sops', 'age', 'print-token'];
const SOURCES = ['file', 'command', 'environment', 'terraform', 'sops', 'age'];

/** Where canaries were seen after an apply and while it ran. */
interface Sightings {
  readonly store: readonly string[];
  readonly output: readonly string[];
  readonly state: readonly string[];
  readonly plan: readonly string[];
  readonly trace: readonly string[];
  /** Temporary folders and the home of the user, while the host had the secrets and afterwards. */
  readonly files: readonly string[];
  readonly argv: readonly string[];
  readonly environ: readonly string[];
  readonly printed: readonly string[];
}

const NOWHERE: Sightings = {
  store: [],
  output: [],
  state: [],
  plan: [],
  trace: [],
  files: [],
  argv: [],
  environ: [],
  printed: [],
};

/**
 * The user's own variable is inherited by what inherits his environment, and by none of the programs of the client that may
 * read a variable of such a name. What Terraform hands over is seen by launch.sh alone.
 */
const DOCUMENTED = [
  'environment: age: XDG_TOKEN',
  'environment: dirname: XDG_TOKEN',
  'environment: mkfifo: XDG_TOKEN',
  'environment: mktemp: XDG_TOKEN',
  'environment: node: XDG_TOKEN',
  'environment: print-token: XDG_TOKEN',
  'environment: rm: XDG_TOKEN',
  'environment: sh cdktf-nixos/launch.sh: XDG_TOKEN',
  'environment: sops: XDG_TOKEN',
  'environment: terraform: XDG_TOKEN',
  'terraform: sh cdktf-nixos/launch.sh: CDKTF_NIXOS_JOB',
];

describeUnless(labUnavailable ?? secretProgramsMissing(), 'a secret of each source at apply', () => {
  const scripted = new ScriptedHost();
  let project: Project;
  let canaries: Canaries;
  let sources: string;
  let temporary: string;
  let home: string;

  beforeAll(() => scripted.start());
  afterAll(() => scripted.end());
  beforeEach(async () => {
    await scripted.heal();
    await scripted.answer('stage.1', { missing: scripted.toplevel });
    await scripted.answer('receive', { received: '1' }, 'cat >/dev/null');
    vi.stubEnv('PATH', PATH_WITH_SECRET_PROGRAMS);
    project = new Project();
    canaries = new Canaries([...SOURCES, 'planted']);
    const folder = (name: string) => mkdtempSync(path.join(tmpdir(), name));
    [sources, temporary, home] = [folder('s'), folder('t'), folder('h')];
    writeSources(sources, canaries);
  });
  afterEach(() => {
    project.remove();
    vi.unstubAllEnvs();
    for (const folder of [sources, temporary, home]) rmSync(folder, { recursive: true });
  });

  /** A deployment with a secret of each source, or with these. */
  function deployment(change: { readonly [name: string]: Secret } = {}) {
    const stack = project.stack();
    const given = new TerraformVariable(stack, 'given', { type: 'string', sensitive: true });
    given.addOverride('ephemeral', true);
    const { address, port, user, hostKey, identityFile } = scripted.host;
    const version = '1';
    const inSources = (name: string) => path.join(sources, name);
    new NixosDeployment(stack, 'web-system', {
      machine: NixosMachine.fromHost(stack, 'web', {
        host: address,
        hostKeys: HostKeys.pinned([hostKey]),
        ssh: { user, port, identityFile },
      }),
      configuration: NixosConfiguration.fromStorePath(scripted.toplevel),
      resource: DeploymentResource.TERRAFORM_DATA,
      secrets: {
        file: { source: SecretSource.file(inSources('token')), version },
        command: { source: SecretSource.command(['print-token']), version },
        environment: { source: SecretSource.environment('XDG_TOKEN'), version },
        terraform: { source: SecretSource.terraform(given.stringValue), version },
        sops: { source: SecretSource.sops(inSources('secrets.yaml'), ['db', 'password']) },
        age: { source: SecretSource.age(inSources('token.age'), [inSources('key.txt')]) },
        ...change,
      },
    });
    return stack;
  }

  /** Plans and applies. While the host is at its answer to `start`, `meanwhile` may do something to the apply. */
  async function sightings(
    expected: RegExp,
    meanwhile?: (client: number) => void,
    more: readonly string[] = [],
  ): Promise<Sightings> {
    project.synth();
    const stackDirectory = project.stackDirectory();
    writeFileSync(path.join(stackDirectory, 'cdktf-nixos', 'supervisor.sh'), FAKE_SUPERVISOR);
    vi.stubEnv('PATH', `${path.join(sources, 'bin')}${path.delimiter}${process.env.PATH}`);
    const recorder = new ProcessRecorder(PROGRAMS);
    const trace = path.join(project.directory, 'trace');
    const env = {
      ...{ PATH: recorder.path, TMPDIR: temporary, HOME: home, SOPS_AGE_KEY_FILE: path.join(sources, 'key.txt') },
      ...{ TF_LOG: 'trace', TF_LOG_PATH: trace, TF_IN_AUTOMATION: '1', XDG_TOKEN: canaries.of('environment') },
    };
    const terraform = (...args: string[]) =>
      execa('terraform', [...args, '-no-color'], { cwd: stackDirectory, env, reject: false, all: true });
    const variables = ['user', ...more].map((name) => `-var-file=${path.join(sources, name)}.tfvars`);
    const saved = path.join(project.directory, 'saved');
    const before = new Set(readdirSync('/nix/store'));
    expect((await terraform('init')).exitCode).toBe(0);
    const planned = await terraform('plan', ...variables, `-out=${saved}`);
    const shown = await terraform('show', '-json', saved);
    const applying = terraform('apply', ...variables, saved);
    const live = meanwhile === undefined ? undefined : await whileSent(meanwhile);
    const { all: applied } = await applying;
    const log = path.join(stackDirectory, 'cdktf-nixos', 'logs', 'terraform_data.web-system.log');
    expect(`${readFileSync(log, 'utf8')}\n${applied}`).toMatch(expected);
    const processes = [...recorder.processes(), ...(live?.processes ?? [])];
    // The test finds nothing in programs that it does not see.
    const programs = processes.map(({ argv }) => argv[0]);
    expect(programs).toEqual(expect.arrayContaining(['terraform', 'sh', 'node', 'ssh', 'sops', 'age', 'print-token']));
    const made = readdirSync('/nix/store').filter((name) => !before.has(name));
    const result = {
      store: canaries.inFiles(made.map((name) => path.join('/nix/store', name))),
      output: canaries.inFiles([project.app.outdir]),
      state: canaries.inFiles([path.join(project.directory, 'stack.tfstate')]),
      plan: canaries.in(shown.stdout),
      trace: canaries.in(readFileSync(trace, 'utf8')),
      files: [...(live?.files ?? []), ...canaries.inFiles([temporary, home])],
      argv: canaries.inArguments(processes),
      environ: canaries.inEnvironments(processes),
      printed: canaries.in(`${planned.all}${applied}`),
    };
    recorder.remove();
    return result;
  }

  /** What can be seen of all processes and of the user's folders while the host has just got the secrets. */
  async function whileSent(meanwhile: (client: number) => void) {
    await expect.poll(() => scripted.host.read('ls /fake'), { timeout: 30_000 }).toContain('payload');
    const processes = runningProcesses().filter(({ environ }) => environ.includes(`TMPDIR=${temporary}`));
    expect(readdirSync(temporary).length).toBeGreaterThan(0);
    const files = canaries.inFiles([temporary, home]);
    const clients = processes.filter(({ argv }) => argv[1]?.endsWith('client.cjs'));
    expect(clients).toHaveLength(1);
    meanwhile(clients[0]!.id);
    return { processes, files };
  }

  /** The host has read the secrets, and takes its time. */
  const SLOW = 'cat >/fake/payload; sleep 4';

  it('secrets are seen nowhere but in the environment of the user, and of launch.sh', async () => {
    deployment();
    await scripted.answer('start', { state: 'waiting' }, SLOW);
    expect(await sightings(/done: generation 11 -> 12/, () => undefined)).toEqual({ ...NOWHERE, environ: DOCUMENTED });
    const payload = await scripted.host.read('cat /fake/payload');
    for (const source of SOURCES) expect(payload).toContain(canaries.of(source));
  });

  it('secrets are seen nowhere else when the host repeats them and rolls back', async () => {
    deployment();
    const all = SOURCES.map((source) => canaries.of(source)).join(' ');
    const answer = { state: 'rolled-back', running: OLD, profile: OLD, reason: `it said ${all}` };
    const encoded = Buffer.from(`x${all}`).toString('base64');
    await scripted.answer('status', answer, 'event transaction "$id"');
    await scripted.answer('start', { ...answer, log: `${all} ${encoded}` }, `${SLOW}; event transaction "$id"`);
    expect(await sightings(/failed: the new system was not kept: it said <secret>/, () => undefined)).toEqual({
      ...NOWHERE,
      environ: DOCUMENTED,
    });
  });

  it('secrets are seen nowhere else when the client is killed', async () => {
    deployment();
    await scripted.answer('start', { state: 'waiting' }, SLOW);
    const kill = (client: number) => process.kill(client, 'SIGKILL');
    expect(await sightings(/local-exec provisioner error/, kill)).toEqual({ ...NOWHERE, environ: DOCUMENTED });
  });

  it('secrets are seen nowhere else when one of them cannot be read', async () => {
    deployment({ zzz: { source: SecretSource.command(['fail-token']), version: '1' } });
    expect(await sightings(/failed: a secret cannot be read: .* ended with status 3/)).toEqual({
      ...NOWHERE,
      environ: DOCUMENTED,
    });
    expect(await scripted.verbs()).toEqual(['inspect']);
  });

  it('a canary is seen in each place where it is planted', async () => {
    const stack = deployment();
    const planted = new TerraformVariable(stack, 'planted', { type: 'string' }).stringValue;
    const resource = new DataResource(stack, 'nest', { input: { planted } });
    const copies =
      'cp planted "$TMPDIR/planted"; cp planted "$HOME/planted"; base64 planted >"$HOME/encoded"; cat planted >>"$TF_LOG_PATH"';
    const command = `sh -c true "$0" "\${var.planted}"; echo "$CANARY" | tee planted; nix-store --add planted; ${copies}`;
    resource.addOverride('provisioner', [{ 'local-exec': { command, environment: { CANARY: planted } } }]);
    await scripted.answer('start', { state: 'waiting' }, SLOW);
    const seen = await sightings(/done: generation 11 -> 12/, () => undefined, ['planted']);
    const planting = (places: readonly string[]) => places.filter((place) => place.startsWith('planted'));
    for (const [where, places] of Object.entries<readonly string[]>({ ...seen })) {
      expect(planting(places), where).not.toEqual([]);
      if (where !== 'environ') expect(planting(places), where).toEqual(places);
    }
    expect(planting(seen.files).map((place) => path.basename(place))).toEqual(
      expect.arrayContaining(['planted', 'encoded']),
    );
    expect(planting(seen.environ)).toContain('planted: nix-store: CANARY');
    expect(planting(seen.argv)).toEqual(['planted: sh']);
  });
});
