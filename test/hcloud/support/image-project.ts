import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App, DataResource, LocalBackend, TerraformStack } from 'cdktf';
import { execa } from 'execa';
import type { HcloudDouble } from '../../../lab/hcloud';
import { HcloudImage, type HcloudImageProps } from '../../../lib/hcloud/hcloud-image';
import { ModulePriority } from '../../../lib/module-priority';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { NixosModule } from '../../../lib/nixos-module';
import { ProjectFolder } from '../../evaluation/support/project-folder';

/** What a run of terraform printed, and how it ended. */
export interface TerraformRun {
  readonly exitCode: number;
  readonly output: string;
}

/** A user's program with one image, and what refers to it, that real terraform applies. */
export class ImageProject {
  /** @param id of the project, which is part of the owner */
  static create(double: HcloudDouble, id = 'one'): ImageProject {
    const folder = ProjectFolder.flake('web = system [ ];', {
      files: { 'cdktf.json': JSON.stringify({ projectId: id }) },
    });
    return new ImageProject(folder, double);
  }

  private constructor(
    private readonly folder: ProjectFolder,
    private readonly double: HcloudDouble,
  ) {}

  /** The folder of the stack. */
  get stack(): string {
    return path.join(this.folder.output, 'stacks', 'images');
  }

  /** Writes the program. @param content distinguishes images; undefined: the image left the program */
  synth(content: string | undefined, props: Partial<HcloudImageProps> = {}): void {
    this.folder.within(() => {
      const app = new App({ outdir: this.folder.output });
      const stack = new TerraformStack(app, 'images');
      new LocalBackend(stack, { path: path.join(this.folder.directory, 'terraform.tfstate') });
      if (content !== undefined) {
        const { imageId } = new HcloudImage(stack, 'web', { configuration: configurationOf(content), ...props });
        new DataResource(stack, 'server', { triggersReplace: { imageId } });
      }
      app.synth();
    });
    writeFileSync(path.join(this.folder.directory, 'content'), content ?? '');
  }

  /** Synthesizes and applies. */
  async apply(content: string | undefined, props: Partial<HcloudImageProps> = {}): Promise<TerraformRun> {
    this.synth(content, props);
    await this.init();
    return this.terraform('apply', '-auto-approve');
  }

  /** Whether a plan has changes, and what it says. */
  plan(): Promise<TerraformRun> {
    return this.terraform('plan', '-detailed-exitcode');
  }

  destroy(): Promise<TerraformRun> {
    return this.terraform('destroy', '-auto-approve');
  }

  async init(): Promise<void> {
    if (existsSync(path.join(this.stack, '.terraform'))) return;
    const { exitCode, output } = await this.terraform('init');
    if (exitCode !== 0) throw new Error(output);
  }

  async terraform(...args: string[]): Promise<TerraformRun> {
    const { exitCode, all } = await this.start(...args);
    return { exitCode: exitCode ?? -1, output: all };
  }

  /** Starts terraform, for tests that kill it. */
  start(...args: string[]) {
    const env = { ...this.double.environment, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
    return execa('terraform', [...args, '-no-color'], { cwd: this.stack, env, reject: false, all: true });
  }
}

function configurationOf(content: string): NixosConfiguration {
  const module = NixosModule.fromConfig({ networking: { hostName: content } }, { priority: ModulePriority.FORCE });
  return NixosConfiguration.fromFlake('.#web').extend({ modules: [module] });
}
