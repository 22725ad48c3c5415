/**
 * `npm run bindings`: writes lib/hcloud/bindings, the typed classes of the hcloud provider, by the generator of the
 * cdktf CLI from the schema that the provider prints. It needs no network once set-up has the provider.
 */
import path from 'node:path';
import { generate } from './bindings/generate.mjs';
import { providerSchema } from './bindings/schema.mjs';
import { writeBindings } from './bindings/write.mjs';
import { environment, root } from './setup/environment.mjs';
import { isMain } from './setup/main.mjs';
import { ensureHcloudProvider, HCLOUD_PROVIDER } from './setup/providers/hcloud-provider.mjs';

/** The folder of the bindings. */
export const HCLOUD_BINDINGS = path.join(root, 'lib', 'hcloud', 'bindings');

/** For the record in the bindings: cdktf asks for exactly the version that they are made from. */
const CONSTRAINT = '~> 1.68';

/** @param {string} folder */
export async function writeHcloudBindings(folder) {
  writeBindings(await generate(HCLOUD_PROVIDER, CONSTRAINT, providerSchema(HCLOUD_PROVIDER)), folder);
}

if (isMain(import.meta.url)) {
  ensureHcloudProvider();
  // The generator asks terraform for its version.
  Object.assign(process.env, environment());
  await writeHcloudBindings(HCLOUD_BINDINGS);
}
