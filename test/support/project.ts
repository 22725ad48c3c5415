import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { execaSync } from 'execa';
import { afterEach, beforeEach } from 'vitest';

/** A warning or an error of a construct in the output of `cdktf synth`. */
export interface Annotation {
  readonly constructPath: string;
  readonly level: string;
  readonly message: string;
}

/** The project of the test that runs, and its one stack, for files that call `useProject`. */
export let project: Project;
export let stack: TerraformStack;

/** Gives each test of the file a project of its own. */
export function useProject(): void {
  beforeEach(() => {
    project = new Project();
    stack = project.stack();
  });
  afterEach(() => project.remove());
}

/** An app whose synth output is in a temporary folder, with the state beside it. */
export class Project {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'cdktf-nixos-'));
  app = this.newApp();

  /** From here on the project is another program, with the same output and states. */
  newApp(): App {
    this.app = new App({ outdir: path.join(this.directory, 'out') });
    return this.app;
  }

  /** A stack with a local state. */
  stack(id = 'stack'): TerraformStack {
    const stack = new TerraformStack(this.app, id);
    new LocalBackend(stack, { path: path.join(this.directory, `${id}.tfstate`) });
    return stack;
  }

  /** The Terraform JSON of a stack. */
  synth(id = 'stack'): any {
    this.app.synth();
    return JSON.parse(readFileSync(path.join(this.stackDirectory(id), 'cdk.tf.json'), 'utf8'));
  }

  /** The warnings and errors of a stack's last synth. */
  annotations(id = 'stack'): Annotation[] {
    const manifest = JSON.parse(readFileSync(path.join(this.app.outdir, 'manifest.json'), 'utf8'));
    return manifest.stacks[id].annotations;
  }

  stackDirectory(id = 'stack'): string {
    return path.join(this.app.outdir, 'stacks', id);
  }

  /** Runs the real terraform in a stack's folder. */
  terraform(args: readonly string[], id = 'stack') {
    return this.runTerraform([...args, '-no-color'], { cwd: this.stackDirectory(id) });
  }

  /** The value of an expression that is a text, as `terraform console` prints it in the stack's folder. */
  terraformValue(expression: string): string {
    // The console prints a literal in Terraform's syntax, which says the same as JSON in base64.
    const input = `base64encode(${expression})\n`;
    const { stdout } = this.runTerraform(['console'], { cwd: this.stackDirectory(), input });
    return Buffer.from(JSON.parse(stdout), 'base64').toString();
  }

  private runTerraform(args: readonly string[], options: { readonly cwd: string; readonly input?: string }) {
    const env = { TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
    return execaSync('terraform', args, { ...options, env, reject: false, all: true });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
