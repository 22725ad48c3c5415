import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, type CommandResult } from '../../../../lab/command';
import type { HcloudDouble } from '../../../../lab/hcloud';
import { environment } from '../../../../scripts/setup/environment.mjs';
import { HCLOUD_PROVIDER } from '../../../../scripts/setup/providers/hcloud-provider.mjs';
import { projectWith } from '../../../support/terraform-project';

/** As `terraform plan -detailed-exitcode` has it. */
const CHANGES = 2;

/** A Terraform project that applies to a double with the real provider. */
export class HcloudProject {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'hcloud-project-'));

  constructor(private readonly double: HcloudDouble) {}

  /** Writes the project. @param blocks `resource`, `data` and `output` */
  async write(blocks: { readonly [block: string]: unknown }): Promise<void> {
    // An action of the double takes a tenth of a second; the provider asks twice a second otherwise.
    projectWith(this.folder, HCLOUD_PROVIDER, { provider: { hcloud: { poll_interval: '50ms' } }, ...blocks });
    await this.must('init', '-no-color');
  }

  apply(): Promise<CommandResult> {
    return this.terraform('apply', '-auto-approve', '-no-color');
  }

  destroy(): Promise<CommandResult> {
    return this.terraform('destroy', '-auto-approve', '-no-color');
  }

  /** What a plan would change; an empty text if nothing. */
  async plan(): Promise<string> {
    const { exitCode, stdout, stderr } = await this.terraform('plan', '-detailed-exitcode', '-no-color');
    if (exitCode === 0) return '';
    if (exitCode === CHANGES) return stdout;
    throw new Error(stderr);
  }

  async outputs(): Promise<{ readonly [name: string]: any }> {
    const json = JSON.parse(await this.must('output', '-json')) as { [name: string]: { value: unknown } };
    return Object.fromEntries(Object.entries(json).map(([name, { value }]) => [name, value]));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async must(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.terraform(...args);
    if (exitCode !== 0) throw new Error(`terraform ${args[0]}: ${stderr}`);
    return stdout;
  }

  private terraform(...args: string[]): Promise<CommandResult> {
    const env = { ...environment(), ...this.double.environment, PATH: process.env.PATH!, HOME: this.folder };
    return run('terraform', [`-chdir=${this.folder}`, ...args], { env });
  }
}
