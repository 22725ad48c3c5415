import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { ImageVariant, NixosConfiguration, NixosImage, NixosModule } from 'cdktf-nixos';

const app = new App();
const stack = new TerraformStack(app, 'vm');

// Ports of this computer that lead to the virtual machine: `ssh -p 2222 root@localhost`.
const virtualisation = {
  forwardPorts: [{ from: 'host', host: { address: '127.0.0.1', port: 2222 }, guest: { port: 22 } }],
  graphics: false,
};
const configuration = NixosConfiguration.fromFlake('.#web').extend({
  modules: [NixosModule.fromConfig({ virtualisation: { vmVariant: { virtualisation } } })],
});

const vm = new NixosImage(stack, 'web', { configuration, variant: ImageVariant.VM });
new TerraformOutput(stack, 'run', { value: vm.path });

app.synth();
