import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { HcloudProvider } from '../../lib/hcloud/bindings/provider';
import { HcloudImage, type HcloudImageProps } from '../../lib/hcloud/hcloud-image';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { ProjectFolder } from '../evaluation/support/project-folder';

const FLAKE = `
  web = system [ ];
  arm = nixpkgs.lib.nixosSystem { system = "aarch64-linux"; modules = [ ]; };
  other = system [ { image.modules.hcloud.image.extension = "qcow2"; } ];
`;
const configuration = NixosConfiguration.fromFlake('.#web');

/** Synthesizes a program of one stack; returns its Terraform JSON. */
function synth(project: ProjectFolder, define: (stack: TerraformStack) => void): any {
  return project.within(() => {
    const app = new App({ outdir: project.output });
    define(new TerraformStack(app, 'images'));
    app.synth();
    return JSON.parse(readFileSync(path.join(project.output, 'stacks/images/cdk.tf.json'), 'utf8'));
  });
}

const withImage = (props: Partial<HcloudImageProps> = {}) =>
  synth(ProjectFolder.flake(FLAKE), (stack) => {
    new HcloudImage(stack, 'web', { configuration, ...props });
  });

describe('an image at Hetzner', () => {
  it('x', () => {
    const project = ProjectFolder.flake(FLAKE);
    const json = synth(project, (stack) => {
      const image = new HcloudImage(stack, 'web', { configuration });
      for (const name of ['imageId', 'contentId', 'architecture', 'storePath'] as const) {
        new TerraformOutput(stack, name, { value: image[name] });
      }
    });
    console.error(JSON.stringify(json, null, 1));
    expect(json).toBeDefined();
    void [withImage, HcloudProvider];
  });
});
