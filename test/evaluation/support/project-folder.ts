import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { execaSync } from 'execa';
import { afterAll, afterEach, beforeEach, vi } from 'vitest';

const ROOT = path.join(__dirname, '..', '..', '..');
/** The stand-in distribution, where a user's flake has nixpkgs. */
export const DISTRIBUTION = path.join(ROOT, 'test', 'fixtures', 'distribution');

const created: string[] = [];

/** The folder of a user's project: cdktf.json, a flake in git, and whatever else a test needs. */
export class ProjectFolder {
  /** @param configurations the attributes of `nixosConfigurations`, in Nix; `system` makes one of modules */
  static flake(
    configurations: string,
    options: { git?: boolean; files?: { [name: string]: string } } = {},
  ): ProjectFolder {
    const project = new ProjectFolder();
    project.write({ 'flake.nix': flake(configurations), '.gitignore': 'cdktf.out\n', ...options.files });
    if (options.git ?? true) project.run('git', ['init', '--quiet', '.']);
    if (options.git ?? true) project.run('git', ['add', '.']);
    project.lock();
    if (options.git ?? true) project.commit();
    return project;
  }

  static empty(files: { [name: string]: string } = {}): ProjectFolder {
    const project = new ProjectFolder();
    project.write(files);
    return project;
  }

  readonly directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'cdktf-nixos-project-')));
  readonly output = path.join(this.directory, 'cdktf.out');

  private constructor() {
    created.push(this.directory);
    this.write({ 'cdktf.json': '{}' });
  }

  write(files: { [name: string]: string }): void {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.directory, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  lock(): void {
    this.run('nix', ['--extra-experimental-features', 'nix-command flakes', 'flake', 'lock', '.']);
  }

  commit(): void {
    this.run('git', ['add', '.']);
    const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    this.run('git', [...author, 'commit', '--quiet', '--message', 'test']);
  }

  run(program: string, args: readonly string[]): string {
    return execaSync(program, args, { cwd: this.directory }).stdout;
  }

  /** The answer of `nix eval` for an attribute, without our help. */
  nixEval(installable: string, ...args: string[]): string {
    return this.run('nix', [
      '--extra-experimental-features',
      'nix-command flakes',
      'eval',
      '--raw',
      installable,
      ...args,
    ]);
  }

  /** Runs a program of the user in the folder. */
  within<Result>(run: () => Result): Result {
    const before = process.cwd();
    process.chdir(this.directory);
    try {
      return run();
    } finally {
      process.chdir(before);
    }
  }

  /** An app with one stack, as the program would make it. */
  stack(define: (stack: TerraformStack) => void): App {
    const app = new App({ outdir: this.output });
    define(new TerraformStack(app, 'fleet'));
    return app;
  }
}

beforeEach(() => void vi.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => void vi.restoreAllMocks());
afterAll(() => {
  for (const directory of created.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** The output of `run` on stdout and stderr. */
export function captured(run: () => void): { stdout: string; stderr: string } {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  try {
    run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written;
}

/** A flake with one input, the distribution, as a user's flake has nixpkgs. */
export function flake(configurations: string): string {
  return `{
  inputs.nixpkgs.url = "path:${DISTRIBUTION}";
  outputs = { self, nixpkgs }:
    let
      system = modules: nixpkgs.lib.nixosSystem { system = "x86_64-linux"; inherit modules; };
    in
    {
      nixosConfigurations = { ${configurations} };
    };
}
`;
}
