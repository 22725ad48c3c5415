import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastLines, run } from '../setup/command.mjs';
import { environment } from '../setup/environment.mjs';

/** @typedef {import('../setup/providers/provider.mjs').Provider} Provider */

/**
 * What a provider says about its arguments and attributes, without its prose: that is the provider's own text, and our
 * package ships none of it.
 *
 * @param {Provider} provider
 * @returns {any} as `terraform providers schema -json` prints it
 */
export function providerSchema({ name, source, version }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'schema-'));
  try {
    const required = { [name]: { source, version } };
    writeFileSync(path.join(folder, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: required } }));
    terraform(folder, 'init', '-backend=false');
    return JSON.parse(terraform(folder, 'providers', 'schema', '-json'), withoutProse);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A description is text; an attribute that is called `description` is an object, and stays.
 *
 * @param {string} key
 * @param {unknown} value
 */
function withoutProse(key, value) {
  const prose = ['description', 'description_kind', 'deprecation_message'].includes(key) && typeof value === 'string';
  return prose ? undefined : value;
}

/**
 * @param {string} cwd
 * @param {string[]} args
 */
function terraform(cwd, ...args) {
  const { ok, output } = run('terraform', args, { cwd, env: environment() });
  if (!ok) throw new Error(`terraform ${args.join(' ')} failed:\n${lastLines(output)}`);
  return output;
}
