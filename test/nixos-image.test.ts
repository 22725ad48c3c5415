import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { ImageVariant } from '../lib/image-variant';
import { NixosConfiguration } from '../lib/nixos-configuration';
import { NixosImage } from '../lib/nixos-image';
import { ProjectFolder } from './evaluation/support/project-folder';

const FLAKE = 'web = system [ ];';

/** Synthesizes a program of one stack; returns its Terraform JSON. */
function synth(project: ProjectFolder, define: (stack: TerraformStack) => void): any {
  return project.within(() => {
    const app = new App({ outdir: project.output });
    define(new TerraformStack(app, 'images'));
    app.synth();
    return JSON.parse(readFileSync(path.join(project.output, 'stacks/images/cdk.tf.json'), 'utf8'));
  });
}

describe('an image', () => {
  it('an image has the store path that Nix gives, as literals at plan', () => {
    const project = ProjectFolder.flake(FLAKE);
    const { output, resource } = synth(project, (stack) => {
      const image = new NixosImage(stack, 'disk', {
        configuration: NixosConfiguration.fromFlake('.#web'),
        variant: ImageVariant.RAW,
      });
      for (const name of ['storePath', 'contentId', 'fileName', 'system', 'format', 'path'] as const) {
        new TerraformOutput(stack, name, { value: image[name] });
      }
    });
    const storePath = project.nixEval('.#nixosConfigurations.web.config.system.build.images.raw');
    expect(output.storePath.value).toBe(storePath);
    expect(output.contentId.value).toBe(storePath.slice(11, 43));
    expect(output.path.value).toBe('${null_resource.disk.triggers["path"]}');
    expect(resource.null_resource.disk.triggers).toEqual({ path: `${storePath}/nixos.raw`, consumers: 'output.path' });
    expect(resource.null_resource.disk.count).toBeUndefined();
  });
});
