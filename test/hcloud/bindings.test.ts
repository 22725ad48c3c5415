import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HCLOUD_BINDINGS, writeHcloudBindings } from '../../scripts/bindings.mjs';
import { run } from '../../scripts/setup/command.mjs';
import { environment } from '../../scripts/setup/environment.mjs';
import { HCLOUD_PROVIDER, hcloudProviderMissing } from '../../scripts/setup/providers/hcloud-provider.mjs';
import { projectWith } from '../support/terraform-project';
import { describeUnless } from '../support/describe-unless';

/** Shorter texts are words, such as the name of an argument. */
const SHORTEST_PROSE = 25;

/** The text of each file below a folder, by its path there. */
function textsBelow(folder: string): { readonly [file: string]: string } {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]));
}

const bindings = textsBelow(HCLOUD_BINDINGS);

it('the bindings have a class for each resource of Hetzner Cloud that a machine or an image is made of', () => {
  const resources = ['server', 'snapshot', 'ssh-key', 'primary-ip', 'network-subnet', 'firewall', 'volume', 'rdns'];
  const data = ['images', 'servers', 'server'].map((name) => `data-hcloud-${name}`);
  for (const name of [...resources, ...data]) expect(Object.keys(bindings)).toContain(`${name}/index.ts`);
});

it('the bindings hold no link to a page of the provider', () => {
  for (const [file, text] of Object.entries(bindings)) {
    expect(text.match(/Docs at|registry\.terraform\.io|docs\.hetzner|\{@link/g), file).toBeNull();
  }
});

describeUnless(hcloudProviderMissing(), 'the bindings beside the real provider', () => {
  let folder: string;
  let prose: string[];

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindings-test-'));
    projectWith(folder, HCLOUD_PROVIDER);
    const terraform = (...args: string[]) => run('terraform', args, { cwd: folder, env: environment() }).output;
    terraform('init');
    prose = descriptions(JSON.parse(terraform('providers', 'schema', '-json')));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('the bindings hold none of the descriptions that the provider has for its arguments', () => {
    expect(prose.length).toBeGreaterThan(100);
    const all = Object.values(bindings).join('\n');
    expect(prose.filter((text) => all.includes(text))).toEqual([]);
  });

  it('the bindings are what the generator makes of this version of the provider', async () => {
    const fresh = path.join(folder, 'fresh');
    await writeHcloudBindings(fresh);
    expect(textsBelow(fresh)).toEqual(bindings);
  });
});

/** The longer descriptions of a schema, by lines, as the generator would write them. */
function descriptions(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'description' && typeof value === 'string'
      ? value
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line.length >= SHORTEST_PROSE)
      : descriptions(value),
  );
}
