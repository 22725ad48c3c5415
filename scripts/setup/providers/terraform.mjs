import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { lastLines, run } from '../command.mjs';
import { SetupError } from '../setup-error.mjs';

/** @typedef {import('./provider.mjs').Provider} Provider */

const REGISTRY_SECONDS = 60;

/**
 * Asks the registry for a provider; it is then in the folder `mirror` of the staging folder.
 *
 * @param {Provider} provider
 * @param {string} staging
 */
export function mirrorFromRegistry(provider, staging) {
  return terraform(provider, staging, ['providers', 'mirror', 'mirror']);
}

/**
 * A provider lies in a mirror under its full source address, and Terraform itself knows which one that is.
 *
 * @param {Provider} provider
 * @param {string} staging
 */
export function sourceAddress(provider, staging) {
  const { output } = terraform(provider, staging, ['providers']);
  const address = /provider\[([^\]]+)\]/.exec(output)?.[1];
  if (address === undefined) {
    throw new SetupError(
      `terraform did not name the ${provider.name} provider's source address. It said:\n${lastLines(output)}`,
    );
  }
  return address.split('/');
}

/**
 * Terraform in a project that requires the provider and nothing else.
 *
 * @param {Provider} provider
 * @param {string} staging
 * @param {string[]} args
 */
function terraform({ name, source, version }, staging, args) {
  const required = { [name]: { source, version } };
  writeFileSync(path.join(staging, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: required } }));
  const emptyConfig = path.join(staging, 'empty.tfrc');
  writeFileSync(emptyConfig, '');
  return run('terraform', args, {
    cwd: staging,
    env: { TF_CLI_CONFIG_FILE: emptyConfig, CHECKPOINT_DISABLE: '1', TF_CLI_ARGS: '', NO_COLOR: '1' },
    timeoutSeconds: REGISTRY_SECONDS,
  });
}
