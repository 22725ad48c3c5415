import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { environment, root } from '../../scripts/setup/environment.mjs';
import { DISTRIBUTION } from '../systems/systems';
import { PrivateStore } from './private-store';

/** The output of a finished program. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  /** Both streams, in the order of arrival. */
  readonly output: string;
}

export interface DeployerOptions {
  /** Copied into the project, a git repository; relative to the repository's root. */
  readonly app: string;
  /** Written on top, by path. */
  readonly files?: { readonly [file: string]: string };
  /** A /nix of its own: paths can be counted and collected. */
  readonly privateStore?: boolean;
  /** Variables of every program. */
  readonly env?: { readonly [name: string]: string };
}

const CDKTF = 'node_modules/.bin/cdktf';

/** The entries of a project's node_modules, as after `npm install`. */
const PACKAGES = ['.bin', 'cdktf', 'constructs', '@cdktf', 'tsx', 'typescript'];

/**
 * Someone who deploys: a project in a git repository, a HOME of their own, the real programs. Nothing of the caller's
 * environment but PATH reaches them.
 */
export class Deployer {
  static async create(options: DeployerOptions): Promise<Deployer> {
    const base = await mkdtemp(path.join(tmpdir(), 'deployer-'));
    const store = options.privateStore ? await PrivateStore.create(path.join(base, 'nix')) : undefined;
    const deployer = new Deployer(base, 'project', store, options.env ?? {});
    try {
      await cp(path.join(root, options.app), deployer.directory, { recursive: true });
      await deployer.prepare();
      await deployer.git('init', '--quiet', '--initial-branch=main');
      await deployer.writeAll(options.files ?? {});
      await deployer.lock();
      return deployer;
    } catch (error) {
      await deployer.end();
      throw error;
    }
  }

  /** The project's folder. */
  readonly directory: string;
  readonly home: string;

  private constructor(
    private readonly base: string,
    name: string,
    private readonly store: PrivateStore | undefined,
    private readonly env: { readonly [name: string]: string },
    private readonly owner = true,
  ) {
    this.directory = path.join(base, name);
    this.home = path.join(base, `${name}-home`);
  }

  /** A fresh clone in another folder, used with another HOME; it shares the machine's store. */
  async clone(name: string): Promise<Deployer> {
    const clone = new Deployer(this.base, name, this.store, this.env, false);
    await this.git('clone', '--quiet', this.directory, clone.directory);
    await clone.prepare();
    return clone;
  }

  async read(file: string): Promise<string> {
    return readFile(path.join(this.directory, file), 'utf8');
  }

  /** Writes a file of the project and adds it to git, as a flake needs. */
  async write(file: string, text: string): Promise<void> {
    await this.writeAll({ [file]: text });
  }

  /** Writes files of the project, by path, and adds them to git. */
  async writeAll(files: { readonly [file: string]: string }): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(this.directory, file)), { recursive: true });
      await writeFile(path.join(this.directory, file), text);
    }
    await this.git('add', '--all');
  }

  /** Replaces one piece of text that must be there exactly once. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const parts = (await this.read(file)).split(from);
    if (parts.length !== 2) throw new Error(`${file}: ${JSON.stringify(from)} occurs ${parts.length - 1} times`);
    await this.write(file, parts.join(to));
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--allow-empty', `--message=${message}`);
  }

  /** Locks the flake's inputs; its nixpkgs is the fixture distribution. */
  async lock(): Promise<void> {
    await this.git('add', '--all');
    const args = ['flake', 'lock', '--override-input', 'nixpkgs', `path:${DISTRIBUTION}`];
    await this.succeed('nix', args);
    await this.commit('locked');
  }

  async git(...args: string[]): Promise<string> {
    return this.succeed('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args]);
  }

  synth(): Promise<Outcome> {
    return this.run(CDKTF, ['synth']);
  }

  diff(stack: string): Promise<Outcome> {
    return this.run(CDKTF, ['diff', stack, '--skip-provider-lock', '--no-color']);
  }

  async deploy(stacks: readonly string[], ...args: string[]): Promise<Outcome> {
    return finished(await this.startDeploy(stacks, ...args));
  }

  /** `cdktf deploy` while it runs: its output can be read as it comes. */
  startDeploy(stacks: readonly string[], ...args: string[]) {
    const usual = ['--auto-approve', '--skip-provider-lock', '--no-color'];
    return this.start(CDKTF, ['deploy', ...stacks, ...usual, ...args]);
  }

  /** The folder in which plain terraform works. */
  stackDirectory(stack: string): string {
    return path.join(this.directory, 'cdktf.out', 'stacks', stack);
  }

  terraform(stack: string, ...args: string[]): Promise<Outcome> {
    return this.run('terraform', [`-chdir=${this.stackDirectory(stack)}`, ...args]);
  }

  /** `terraform plan -detailed-exitcode` of a synthesized stack: 0 = no changes, 2 = changes. */
  async plan(stack: string, ...args: string[]): Promise<Outcome> {
    const init = await this.terraform(stack, 'init', '-input=false', '-no-color');
    return init.exitCode === 0
      ? this.terraform(stack, 'plan', '-detailed-exitcode', '-input=false', '-no-color', ...args)
      : init;
  }

  apply(stack: string, ...args: string[]): Promise<Outcome> {
    return this.terraform(stack, 'apply', '-auto-approve', '-input=false', '-no-color', ...args);
  }

  async run(program: string, args: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Outcome> {
    return finished(await this.start(program, args, env));
  }

  /** Starts a program in a process group of its own, for tests that end it in the middle. */
  start(program: string, args: readonly string[], env: { readonly [name: string]: string } = {}) {
    const command = this.store?.enter(this.directory, program, args) ?? { program, args: [...args] };
    return execa(command.program, command.args, {
      cwd: this.directory,
      env: { ...this.environment(), ...env },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
      detached: true,
    } as const);
  }

  /** Paths in the deployer's store that were built: they have a deriver, as copied sources have not. */
  async builtPaths(): Promise<string[]> {
    const listed = await this.succeed('nix', ['path-info', '--all', '--json']);
    const infos: unknown = JSON.parse(listed);
    const entries = Array.isArray(infos)
      ? (infos as { path: string; deriver?: string }[])
      : Object.entries(infos as { [path: string]: { deriver?: string } }).map(([name, info]) => ({
          path: name,
          ...info,
        }));
    return entries.filter((info) => info.deriver).map((info) => info.path);
  }

  /** Runs a program that must succeed. @returns its stdout */
  async succeed(program: string, args: readonly string[]): Promise<string> {
    const { exitCode, stdout, output } = await this.run(program, args);
    if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')} exited ${exitCode}:\n${output}`);
    return stdout;
  }

  async end(): Promise<void> {
    if (this.owner) {
      await this.store?.end();
      await rm(this.base, { recursive: true, force: true });
    }
  }

  private environment(): { [name: string]: string } {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      LANG: 'C.UTF-8',
      CI: '1',
      TF_IN_AUTOMATION: '1',
      ...environment(),
      ...this.env,
    };
  }

  private async prepare(): Promise<void> {
    await mkdir(this.home, { recursive: true });
    const modules = path.join(this.directory, 'node_modules');
    await mkdir(modules, { recursive: true });
    for (const name of PACKAGES) await symlink(path.join(root, 'node_modules', name), path.join(modules, name));
    await symlink(root, path.join(modules, 'cdktf-nixos'));
  }
}

function finished(result: { exitCode?: number; stdout: string; all: string }): Outcome {
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, output: result.all };
}
