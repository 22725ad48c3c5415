import { execa } from 'execa';
import type { HcloudDouble } from '../../../lab/hcloud';
import { HcloudProvider } from '../../../lib/hcloud';
import { environment } from '../../../scripts/setup/environment.mjs';
import { Project } from '../../support/project';

/** A program whose stack the real Terraform and the real provider apply to a stand-in for Hetzner's API. */
export class CloudApp {
  private readonly project = new Project();
  private initialized = false;

  constructor(private readonly cloud: HcloudDouble) {}

  /** Writes another version of the program: what these constructs are. */
  async write(program: (stack: ReturnType<Project['stack']>) => void): Promise<void> {
    this.project.newApp();
    const stack = this.project.stack();
    // The stand-in is fast; the provider would ask twice a second.
    new HcloudProvider(stack, 'hcloud', { pollInterval: '50ms' });
    program(stack);
    this.project.synth();
    if (!this.initialized) await this.terraform('init');
    this.initialized = true;
  }

  /** Applies, and expects that it works and that the next plan is empty. */
  async apply(...args: string[]): Promise<string> {
    const output = await this.terraform('apply', '-auto-approve', ...args);
    await this.expectNoChanges();
    return output;
  }

  async destroy(): Promise<string> {
    return this.terraform('destroy', '-auto-approve');
  }

  /** What a plan prints. */
  async plan(...args: string[]): Promise<string> {
    return this.terraform('plan', ...args);
  }

  /** The value of an output. */
  async output(name: string): Promise<any> {
    return JSON.parse(await this.terraform('output', '-json', name));
  }

  /** An attribute of a resource in the state. */
  async attribute(address: string, name: string): Promise<any> {
    const state = JSON.parse(await this.terraform('show', '-json'));
    const resources: { address: string; values: any }[] = state.values.root_module.resources;
    return resources.find((resource) => resource.address === address)?.values[name];
  }

  /** Runs terraform and returns what it printed. @throws when it fails */
  async terraform(...args: string[]): Promise<string> {
    const { all, exitCode } = await this.attempt(...args);
    if (exitCode !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${exitCode}:\n${all}`);
    return all;
  }

  /** Runs terraform, which may fail. */
  attempt(...args: string[]): Promise<{ readonly all: string; readonly exitCode?: number }> {
    const [verb = '', ...rest] = args;
    return this.run([verb, '-no-color', ...rest]);
  }

  remove(): void {
    this.project.remove();
  }

  private async expectNoChanges(): Promise<void> {
    const { all, exitCode } = await this.attempt('plan', '-detailed-exitcode');
    if (exitCode !== 0) throw new Error(`the plan after the apply is not empty:\n${all}`);
  }

  // Not synchronous: the API is in this process.
  private async run(args: readonly string[]) {
    const env = { ...environment(), TF_IN_AUTOMATION: '1', ...this.cloud.environment };
    const cwd = this.project.stackDirectory();
    return execa('terraform', args, { cwd, env, reject: false, all: true });
  }
}
