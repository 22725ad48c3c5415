import { readFileSync } from 'node:fs';
import { App, DataResource, TerraformStack } from 'cdktf';
import { ImageVariant, NixosConfiguration, NixosImage } from 'cdktf-nixos';

/** What uses which image, by name; the tests write it. */
const consumers: { [name: string]: string } = JSON.parse(readFileSync('consumers.json', 'utf8'));

const app = new App();
const stack = new TerraformStack(app, 'images');
const configuration = NixosConfiguration.fromFlake('.#web');

const images: { [name: string]: NixosImage } = {
  disk: new NixosImage(stack, 'disk', { configuration, variant: ImageVariant.RAW }),
  cd: new NixosImage(stack, 'cd', { configuration, variant: ImageVariant.ISO }),
  spare: new NixosImage(stack, 'spare', { configuration, variant: ImageVariant.QEMU }),
};

for (const [name, image] of Object.entries(consumers)) {
  const environment = { FILE: images[image].path };
  new DataResource(stack, name, {
    provisioners: [{ type: 'local-exec', command: 'test -s "$FILE" && echo "read $FILE"', environment }],
  });
}

app.synth();
