import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { ImageVariant, NixosConfiguration, NixosImage } from 'cdktf-nixos';

const app = new App();
const stack = new TerraformStack(app, 'installer');

const installer = new NixosImage(stack, 'iso', {
  configuration: NixosConfiguration.fromFlake('.#installer'),
  variant: ImageVariant.ISO_INSTALLER,
});

// The image is built because something uses it: here an output, elsewhere an upload (`source: installer.path`, with
// `contentId` where the provider wants a hash).
new TerraformOutput(stack, 'path', { value: installer.path });
new TerraformOutput(stack, 'boot_mode', { value: installer.bootMode });

app.synth();
