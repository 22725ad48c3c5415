import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from '../../../../scripts/setup/environment.mjs';

type Mirror = typeof import('../../../../scripts/setup/providers/mirror.mjs');

const HCLOUD = { source: 'hetznercloud/hcloud', version: '1.68.0' };

let checkout: string;
let mirror: Mirror;
let config: string;

beforeEach(async () => {
  // Set-up keeps everything below its own checkout.
  checkout = mkdtempSync(path.join(tmpdir(), 'checkout-'));
  cpSync(path.join(root, 'scripts', 'setup'), path.join(checkout, 'scripts', 'setup'), { recursive: true });
  const file = path.join(checkout, 'scripts', 'setup', 'providers', 'mirror.mjs');
  mirror = (await import(pathToFileURL(file).href)) as Mirror;
  config = path.join(checkout, '.cache', 'terraform', 'cli.tfrc');
});

afterEach(() => rmSync(checkout, { recursive: true, force: true }));

/** A mirror with one entry below the provider's folder. */
function fill(source: string, entry: string): string {
  const filled = path.join(checkout, 'filled');
  mkdirSync(path.join(filled, 'registry.example.org', source, entry), { recursive: true });
  return filled;
}

it.each([
  ['a folder, as set-up builds it', '1.68.0'],
  ['an archive, as the registry gives it', 'terraform-provider-hcloud_1.68.0_linux_amd64.zip'],
])('a provider is in the mirror as %s', (_, entry) => {
  mirror.addToMirror(fill(HCLOUD.source, entry));
  expect(mirror.isInMirror(HCLOUD)).toBe(true);
  expect(mirror.isInMirror({ ...HCLOUD, version: '1.6' })).toBe(false);
});

it('a provider is not in a mirror that does not exist', () => {
  expect(mirror.isInMirror(HCLOUD)).toBe(false);
  expect(existsSync(config)).toBe(false);
});

it('Terraform is told which providers are in the mirror, also those that came later', () => {
  mirror.addToMirror(fill('hashicorp/null', '3.2.4'));
  expect(readFileSync(config, 'utf8')).toContain('include = ["hashicorp/null"]');
  mirror.addToMirror(fill(HCLOUD.source, '1.68.0'));
  expect(readFileSync(config, 'utf8').match(/\["hashicorp\/null","hetznercloud\/hcloud"\]/g)).toHaveLength(2);
});
