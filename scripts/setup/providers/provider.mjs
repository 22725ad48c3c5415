import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastLines } from '../command.mjs';
import { report } from '../report.mjs';
import { addToMirror, isInMirror } from './mirror.mjs';
import { mirrorFromRegistry, sourceAddress } from './terraform.mjs';

/**
 * A provider of Terraform, in the version that tests and bindings mean.
 *
 * @typedef {object} Provider
 * @property {string} name
 * @property {string} source its namespace and name
 * @property {string} version
 * @property {(folder: string) => ReturnType<typeof import('../command.mjs').run>} build makes `terraform-provider-<name>` in a folder, from what the
 *   Go module proxy serves
 */

/**
 * Makes Terraform find a provider without asking anybody at each run.
 *
 * @param {Provider} provider
 * @returns {string | undefined} why it is not there; undefined if it is
 */
export function ensureProvider(provider) {
  const subject = `${provider.name} provider`;
  if (isInMirror(provider)) {
    report(subject, 'reused');
    return undefined;
  }
  const staging = mkdtempSync(path.join(tmpdir(), `${provider.name}-provider-`));
  try {
    const { origin, problem } = fill(provider, staging);
    if (origin === undefined) return problem;
    addToMirror(path.join(staging, 'mirror'));
    report(subject, origin);
    return undefined;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * @param {Provider} provider
 * @param {string} staging
 * @returns {{ origin?: string, problem?: string }}
 */
function fill(provider, staging) {
  const registry = mirrorFromRegistry(provider, staging);
  if (registry.ok) return { origin: "from Terraform's registry" };
  report(
    `${provider.name} provider`,
    "Terraform's registry is not reachable; building the provider from its Go module",
  );
  const go = provider.build(staging);
  if (go.ok) {
    layOut(provider, staging);
    return { origin: "built from its Go module (Terraform's registry was not reachable)" };
  }
  const build = go.missing
    ? 'and Go, which could build it, is not on PATH'
    : `and building it failed:\n${lastLines(go.output)}`;
  return {
    problem:
      `the ${provider.name} provider could not be had: Terraform's registry did not give it, ${build}\n` +
      `Connect to the registry or install Go, then run the command again. Terraform said:\n${lastLines(registry.output)}`,
  };
}

/**
 * A built program, where Terraform looks for it in a mirror.
 *
 * @param {Provider} provider
 * @param {string} staging
 */
function layOut(provider, staging) {
  const platform = `linux_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const folder = path.join(staging, 'mirror', ...sourceAddress(provider, staging), provider.version, platform);
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, `terraform-provider-${provider.name}_v${provider.version}`);
  renameSync(path.join(staging, `terraform-provider-${provider.name}`), program);
  chmodSync(program, 0o755);
}
