import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS, LOGIN_FIELDS } from '../lib/job/connection-fields';
import { DEPLOYMENT_FIELDS, POLICY_FIELDS } from '../lib/job/deployment-fields';
import type { Fields } from '../lib/job/field';
import { SECRET_FIELDS } from '../lib/job/secret-fields';
import { root } from '../scripts/setup/environment.mjs';

function defaults(file: string, fields: Fields): [string, string, string][] {
  return Object.entries(fields).flatMap(([name, field]): [string, string, string][] =>
    field.default === undefined ? [] : [[file, name, String(field.default)]],
  );
}

/** A list that is empty by default has no word for that in the fields. */
const NONE = { ...SECRET_FIELDS.restartUnits, default: 'none' };

function text(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

describe('the default of an option', () => {
  it.each([
    ...defaults('docs/nixos-deployment.md', DEPLOYMENT_FIELDS),
    ...defaults('docs/nixos-machine.md', { ...LOGIN_FIELDS, ...CONNECTION_FIELDS }),
  ])('%s gives the default of %s: %s', (file, name, value) => {
    const item = new RegExp(`^- \`${name}\`:[^]*?(?=\\n- |\\n\\n)`, 'm').exec(text(file))?.[0];
    expect(item).toMatch(new RegExp(`\\b${value}\\b.*default|default.*\\b${value}\\b`, 'i'));
  });

  it.each([
    ...defaults('lib/deployment-policies.ts', POLICY_FIELDS),
    ...defaults('lib/nixos-deployment.ts', { goal: DEPLOYMENT_FIELDS.goal }),
    ...defaults('lib/jump-host.ts', LOGIN_FIELDS),
    ...defaults('lib/secret.ts', { ...SECRET_FIELDS, restartUnits: NONE, reloadUnits: NONE }),
    ...defaults('lib/ssh-options.ts', { ...LOGIN_FIELDS, ...CONNECTION_FIELDS }),
  ])('the docstring in %s gives the default of %s: %s', (file, name, value) => {
    const line = new RegExp(`@default (.*)\\n *\\*/\\n *readonly ${name}\\?`).exec(text(file))?.[1];
    expect(line).toMatch(new RegExp(`\\b${value}\\b`, 'i'));
  });
});

describe('code in a page of docs', () => {
  /** Marks that name the file that a block of code shows, whole or in part. */
  const shown = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) => {
      const marked = text(path.join('docs', page)).matchAll(
        /<!-- (file|part of): (\S+) -->\n\n(```+)\w*\n([^]*?\n)\3\n/g,
      );
      return [...marked].map(([, how, file, , code]) => ({ page, how: how!, file: file!, code: code! }));
    });

  it('two marks of the page on writing a cloud are found', () => {
    expect(shown.filter(({ page }) => page === 'writing-a-cloud.md').map(({ how }) => how)).toEqual([
      'file',
      'part of',
    ]);
  });

  it.each(shown)('$page shows $file as it is ($how)', ({ how, file, code }) => {
    if (how === 'file') expect(code).toBe(text(file));
    else expect(text(file)).toContain(code);
  });

  it('the cloud that the page on writing a cloud shows has less than 80 lines', () => {
    const { code } = shown.find(({ file }) => file.endsWith('lxd-machine.ts'))!;
    expect(code.split('\n').length - 1).toBeLessThan(80);
  });
});
