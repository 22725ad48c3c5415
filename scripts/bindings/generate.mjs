import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** @typedef {import('../setup/providers/provider.mjs').Provider} Provider */

const require = createRequire(import.meta.url);

/**
 * The generator belongs to the cdktf CLI, in the version that the package is developed with. Its index would load jsii,
 * which it does not bring.
 */
const ofTheCli = createRequire(require.resolve('cdktf-cli/package.json'));

/**
 * Typed classes of everything that a provider has.
 *
 * @param {Provider} provider
 * @param {string} constraint the versions that a program asks for
 * @param {any} schema as `terraform providers schema -json` prints it
 * @returns {Promise<Map<string, string>>} the text of each class by its file, relative to the folder of the bindings
 */
export async function generate({ name, source, version }, constraint, schema) {
  const { CodeMaker } = ofTheCli('codemaker');
  const { ConstructsMakerProviderTarget, Language, TerraformProviderConstraint } = ofTheCli('@cdktf/commons');
  const { sanitizeProviderSchema } = ofTheCli('@cdktf/provider-schema/src/provider-schema');
  const { TerraformProviderGenerator } = ofTheCli('@cdktf/provider-generator/lib/get/generator/provider-generator');
  const complete = sanitizeProviderSchema(schema);
  complete.provider_versions = { [Object.keys(complete.provider_schemas)[0]]: version };
  const generator = new TerraformProviderGenerator(new CodeMaker(), complete);
  const target = new TerraformProviderConstraint(`${source}@${constraint}`);
  generator.generate(new ConstructsMakerProviderTarget(target, Language.TYPESCRIPT));
  return saved(generator, path.join('providers', name));
}

/**
 * The generator writes files only.
 *
 * @param {{ save: (folder: string) => Promise<void> }} generator
 * @param {string} below
 */
async function saved(generator, below) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bindings-'));
  try {
    await generator.save(folder);
    const bindings = path.join(folder, below);
    // Each class has a folder. The indexes beside them would load all of them at once.
    const files = readdirSync(bindings, { recursive: true, encoding: 'utf8' }).filter((file) => /\/.*\.ts$/.test(file));
    return new Map(files.sort().map((file) => [file, readFileSync(path.join(bindings, file), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
