import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { providerMirror, terraformConfigFile } from '../environment.mjs';

/** @typedef {import('./provider.mjs').Provider} Provider */

/**
 * Whether the mirror has a provider, and Terraform is told so.
 *
 * @param {Pick<Provider, 'source' | 'version'>} provider
 */
export function isInMirror({ source, version }) {
  const names = folders(providerMirror).flatMap((host) => folders(path.join(providerMirror, host, source)));
  // What was built is in a folder; what the registry gave is an archive.
  const there = names.some((name) => name === version || name.includes(`_${version}_`));
  if (there) writeCliConfig();
  return there;
}

/**
 * Adds what another mirror holds.
 *
 * @param {string} other
 */
export function addToMirror(other) {
  mkdirSync(providerMirror, { recursive: true });
  cpSync(other, providerMirror, { recursive: true });
  writeCliConfig();
}

/** Names the mirror and what is in it; anything else comes from Terraform's registry. */
function writeCliConfig() {
  const sources = folders(providerMirror).flatMap((host) =>
    folders(path.join(providerMirror, host)).flatMap((namespace) =>
      folders(path.join(providerMirror, host, namespace)).map((name) => `${namespace}/${name}`),
    ),
  );
  // Terraform's language refuses a block with two arguments on one line.
  const text = `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(providerMirror)}
    include = ${JSON.stringify(sources)}
  }
  direct {
    exclude = ${JSON.stringify(sources)}
  }
}
`;
  if (existsSync(terraformConfigFile) && readFileSync(terraformConfigFile, 'utf8') === text) return;
  const part = `${terraformConfigFile}.part`;
  writeFileSync(part, text);
  renameSync(part, terraformConfigFile);
}

/** @param {string} folder */
function folders(folder) {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
